package io.flinklm.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.flinklm.Blob;
import io.flinklm.Blob.RefusedException;
import io.flinklm.engine.DeviceChoice;
import io.flinklm.job.SmallText;
import io.flinklm.job.state.KeptBlob;
import io.flinklm.job.wire.EventType;
import io.flinklm.job.wire.LaneEvent;
import io.flinklm.lane.Batch;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.ChunkBytes;
import io.flinklm.lane.HiddenState;
import io.flinklm.lane.Segment;
import io.flinklm.net.Cell;
import io.flinklm.net.NetConfig;
import io.flinklm.train.Fit;
import io.flinklm.train.Report;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import io.flinklm.train.TrainingConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The blob of a lane in {@code train}: each version that there ever was is read, a change makes a
 * new one, and nothing else is read. The files {@code new} are of a lane of which nothing is known,
 * {@code waiting} of one with a hidden state and two chunks that wait.
 */
class LaneFormatTest {
  private static final int KEY_GROUPS = 128;
  private static final TrainingConfig CONFIG = config(2);
  private static final Segment NEXT = new Segment(1, Segment.FIRST.split());
  private static final HiddenState STATE =
      new HiddenState(
          List.of(
              new float[] {0.5f, -0.25f, 0.125f, 0.75f},
              new float[] {1.5f, -1e-9f, 0.1f, -0.375f}));
  private static final Chunk WAITING =
      new Chunk(1, Segment.FIRST, 3, false, new int[] {9, 1, 0, 5}, new ChunkBytes(4, 11, 4));
  private static final Chunk WAITING_BEHIND =
      new Chunk(1, NEXT, 0, true, new int[] {4, 4, 2, 7}, new ChunkBytes(4, 12, 5));

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void everyVersionIsGoneOnFrom(int version) throws Exception {
    Chunk first = new Chunk(0, Segment.FIRST, 3, true, new int[] {1, 2, 3, 4});
    Chunk second = new Chunk(0, NEXT, 0, true, new int[] {5, 6, 7, 8});
    List<Report> expected = new ArrayList<>();
    byte[] before;
    try (Trainer drawn = Trainer.drawn(training(CONFIG, new ArrayList<>()))) {
      before = drawn.snapshot();
    }
    try (Trainer trainer = Trainer.restored(training(CONFIG, expected), before, Map.of(1, STATE))) {
      trainer.accept(new Batch(Segment.FIRST, 3, List.of(first, WAITING)));
      trainer.accept(new Batch(NEXT, 0, List.of(second, WAITING_BEHIND)));
      trainer.finish();
    }

    try (Harness harness = new Harness(CONFIG)) {
      harness.initializeState(kept(version));
      harness.open();
      harness.processElement(LaneEvent.of(first), 0);
      harness.processElement(LaneEvent.of(second), 0);
      harness.endInput();

      assertThat(harness.extractOutputValues().stream().map(SmallText::timeless))
          .containsExactlyElementsOf(expected.stream().map(SmallText::timeless).toList());
    }
  }

  @Test
  void aChangedFormatHasANewVersion() throws Exception {
    try (Harness harness = new Harness(CONFIG)) {
      harness.initializeState(kept(1));
      harness.open();
      OperatorSubtaskState today = harness.snapshot(2, 2);

      KeptBlob.of("lane-3-new.blob").requireUnchanged(lane(today, 0));
      KeptBlob.of("lane-3-waiting.blob").requireUnchanged(lane(today, 1));
    }
  }

  @Test
  void whatIsDamagedIsRefused() throws Exception {
    KeptBlob.of("lane-1-new.blob").requireRefusedIfDamaged(blob -> restore(blob, CONFIG));
  }

  @Test
  void anUnknownVersionIsRefused() {
    assertThatThrownBy(() -> restore(Blob.write("LANE", 4, out -> out.writeUTF("later")), CONFIG))
        .isInstanceOf(RefusedException.class)
        .hasMessage("LANE: format version 4 is unknown; this build reads 1 to 3");
  }

  @Test
  void anotherKindIsRefused() {
    assertThatThrownBy(() -> restore(Blob.write("CURS", 1, out -> out.writeInt(0)), CONFIG))
        .isInstanceOf(RefusedException.class)
        .hasMessage("expected state of kind LANE, found kind CURS");
  }

  @Test
  void aHiddenStateOfAnotherShapeIsRefused() throws Exception {
    byte[] waiting = KeptBlob.of("lane-1-waiting.blob").bytes();

    assertThatThrownBy(() -> restore(waiting, config(3)))
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "the hidden state of lane 1 is of another shape: expected [6, 6], found [4, 4]");
  }

  /** A checkpoint of a training before its first step with the lanes of a format version. */
  private static OperatorSubtaskState kept(int version) throws Exception {
    String file = "lane-" + version + "-";
    byte[] empty = KeptBlob.of(file + "new.blob").bytes();
    byte[] waiting = KeptBlob.of(file + "waiting.blob").bytes();
    try (Trainer trainer = Trainer.drawn(training(CONFIG, new ArrayList<>()))) {
      return PlantedState.ofTraining(trainer.snapshot(), Map.of(0, empty, 1, waiting), KEY_GROUPS);
    }
  }

  private static void restore(byte[] lane, TrainingConfig config) throws Exception {
    try (Trainer trainer = Trainer.drawn(training(config, new ArrayList<>()));
        Harness harness = new Harness(config)) {
      harness.initializeState(
          PlantedState.ofTraining(trainer.snapshot(), Map.of(1, lane), KEY_GROUPS));
    }
  }

  private static byte[] lane(OperatorSubtaskState checkpoint, int lane) throws Exception {
    return PlantedState.ofLane(checkpoint, "lane", lane, KEY_GROUPS);
  }

  private static TrainingConfig config(int hidden) {
    Fit fit = Fit.of("lmmodel7");
    NetConfig net = new NetConfig("lmmodel7", SmallText.VOCABULARY.size(), hidden, 2, 0.4);
    return TrainingConfig.of(fit, net, 2, 3, 0, fit.oneCycle(10), Cell.ENGINE);
  }

  private static Training training(TrainingConfig config, List<Report> reports) {
    return Training.of(config, SmallText.VOCABULARY.fingerprint(), Device.cpu(), reports::add);
  }

  private static final class Harness
      extends KeyedOneInputStreamOperatorTestHarness<Integer, LaneEvent, Report> {
    Harness(TrainingConfig config) throws Exception {
      super(
          new TrainOperator(
              config,
              SmallText.VOCABULARY,
              null,
              JobOptions.of(DeviceChoice.CPU, "nonfinite"),
              new NonfiniteDirectory("nonfinite", SmallText.VOCABULARY)),
          LaneEvent::lane,
          Types.INT,
          KEY_GROUPS,
          1,
          0);
      setup(EventType.REPORT.createSerializer(new SerializerConfigImpl()));
    }
  }
}
