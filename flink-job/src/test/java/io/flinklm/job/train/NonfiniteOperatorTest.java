package io.flinklm.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flinklm.engine.DeviceChoice;
import io.flinklm.engine.PyTorch;
import io.flinklm.job.SmallText;
import io.flinklm.job.wire.EventType;
import io.flinklm.job.wire.LaneEvent;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Segment;
import io.flinklm.saved.SavedModel;
import io.flinklm.train.NonfiniteException;
import io.flinklm.train.OnNonfinite;
import io.flinklm.train.Report;
import io.flinklm.train.TrainingConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator whose second step gives NaN or infinity. */
class NonfiniteOperatorTest {
  private static final SmallText TEXT = SmallText.of(0);

  @TempDir private Path directory;

  @Test
  void itStopsForGoodAndKeepsTheBatchAndTheWeightsOfTheStepBefore() throws Exception {
    try (Harness harness = new Harness(OnNonfinite.STOP)) {
      harness.open();

      assertThatThrownBy(() -> feed(harness, events()))
          .isInstanceOf(SuppressRestartsException.class)
          .cause()
          .isInstanceOf(NonfiniteException.class)
          .hasMessageStartingWith("step 2 gave ")
          .hasMessageContaining("(epoch 0, train, index 1; all 4 lanes of the batch)")
          .hasMessageEndingWith(
              "; the weights are those of step 1; the batch is in " + file("step-2.json"));

      try (NDManager manager = PyTorch.newManager(Device.cpu())) {
        SavedModel before = SavedModel.read(file("weights-of-step-1"), manager);
        assertThat(before.config().step()).isEqualTo(1);
      }
      assertThat(harness.extractOutputValues()).hasSize(1);
    }
    JsonNode kept = new JsonMapper().readTree(Files.readAllBytes(file("step-2.json")));
    assertThat(kept.get("step").asLong()).isEqualTo(2);
    assertThat(kept.get("learning_rate").asDouble()).isGreaterThan(1e28);
    assertThat(kept.get("lanes")).hasSize(4);
    JsonNode lane = kept.get("lanes").get(3);
    int[] tokens = new JsonMapper().convertValue(lane.get("tokens"), int[].class);
    assertThat(lane.get("text").asText()).isEqualTo(SmallText.VOCABULARY.text(tokens));
    assertThat(TEXT.events().get(3))
        .anySatisfy(
            event -> {
              Chunk chunk = ((LaneEvent.Cut) event).chunk();
              assertThat(chunk.segment()).isEqualTo(Segment.FIRST);
              assertThat(chunk.index()).isEqualTo(1);
              assertThat(chunk.tokens()).isEqualTo(tokens);
            });
  }

  @Test
  void orItSkipsAsThePlainLoopDoesAndCountsEveryTokenOnce() throws Exception {
    List<LaneEvent> events = events();
    List<Report> reports = new ArrayList<>();
    OperatorSubtaskState state;
    try (Harness harness = new Harness(OnNonfinite.SKIP)) {
      harness.open();
      feed(harness, events.subList(0, events.size() / 2));
      harness.extractOutputValues().forEach(report -> reports.add(SmallText.timeless(report)));
      state = harness.snapshot(1, 1);
    }
    try (Harness restored = new Harness(OnNonfinite.SKIP)) {
      restored.initializeState(state);
      restored.open();
      feed(restored, events.subList(events.size() / 2, events.size()));
      restored.endInput();
      restored.extractOutputValues().forEach(report -> reports.add(SmallText.timeless(report)));
    }

    assertThat(reports).isEqualTo(TEXT.plainLoop(TEXT.overflowing(OnNonfinite.SKIP)));
    Report end = reports.get(reports.size() - 1);
    assertThat(end.step()).isEqualTo(1);
    assertThat(end.tokensRefused()).containsOnlyKeys("nonfinite");
    assertThat(end.tokensTrained() + end.tokensScored() + end.tokensRefused().get("nonfinite"))
        .isEqualTo(SmallText.EPOCHS * TEXT.lanes().tokensPerEpoch());
    try (var files = Files.list(directory)) {
      assertThat(files).as("all would have been step 2").containsExactly(file("step-2.json"));
    }
    JsonNode kept = new JsonMapper().readTree(Files.readAllBytes(file("step-2.json")));
    assertThat(kept.get("index").asInt()).as("the first of them").isEqualTo(1);
  }

  @Test
  void aRunThatStoppedGoesOnFromItsCheckpointBySkipping() throws Exception {
    List<LaneEvent> events = events();
    OperatorSubtaskState state;
    int done = 0;
    try (Harness harness = new Harness(OnNonfinite.STOP)) {
      harness.open();
      while (harness.extractOutputValues().isEmpty()) {
        feed(harness, events.subList(done, ++done));
      }
      state = harness.snapshot(1, 1);
    }
    try (Harness resumed = new Harness(OnNonfinite.SKIP)) {
      resumed.initializeState(state);
      resumed.open();
      feed(resumed, events.subList(done, events.size()));
      resumed.endInput();

      List<Report> expected = TEXT.plainLoop(TEXT.overflowing(OnNonfinite.SKIP));
      assertThat(resumed.extractOutputValues())
          .extracting(SmallText::timeless)
          .isEqualTo(expected.subList(1, expected.size()));
    }
  }

  @Test
  void whatAnotherTrainingLeftStaysAndIsNotTakenForThisOnes() throws Exception {
    Files.createDirectories(file("weights-of-step-1"));
    Files.writeString(file("weights-of-step-1").resolve(SavedModel.CONFIG), "another's");
    Files.writeString(file("step-2.json"), "{\"step\": 2, \"lineage\": \"another's\"}");
    String message;
    try (Harness harness = new Harness(OnNonfinite.STOP)) {
      harness.open();
      message =
          catchThrowableOfType(SuppressRestartsException.class, () -> feed(harness, events()))
              .getCause()
              .getMessage();
    }

    Path kept = Path.of(message.substring(message.lastIndexOf(' ') + 1));
    assertThat(kept.getFileName().toString()).matches("step-2-[0-9a-f]{8}\\.json");
    assertThat(new JsonMapper().readTree(kept.toFile()).get("lanes")).hasSize(4);
    assertThat(file("step-2.json")).hasContent("{\"step\": 2, \"lineage\": \"another's\"}");
    String lineage = kept.getFileName().toString().replaceAll("step-2-|\\.json", "");
    try (NDManager manager = PyTorch.newManager(Device.cpu())) {
      SavedModel before = SavedModel.read(file("weights-of-step-1-" + lineage), manager);
      assertThat(before.config().step()).isEqualTo(1);
    }
  }

  @Test
  void aBatchThatCannotBeKeptEndsNothing() throws Exception {
    Files.createDirectory(directory.resolve("out"));
    Files.createFile(directory.resolve("out/file"));
    directory = directory.resolve("out/file");
    try (Harness harness = new Harness(OnNonfinite.SKIP)) {
      harness.open();
      feed(harness, events());
      harness.endInput();
      assertThat(harness.extractOutputValues()).hasSizeGreaterThan(2);
    }
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private static List<LaneEvent> events() {
    return SmallText.interleaved(TEXT.events(), new Random(5));
  }

  private static void feed(Harness harness, List<LaneEvent> events) throws Exception {
    for (LaneEvent event : events) {
      harness.processElement(event, 0);
    }
  }

  private TrainOperator operator(TrainingConfig config) {
    return new TrainOperator(
        config,
        SmallText.VOCABULARY,
        null,
        JobOptions.of(DeviceChoice.CPU, directory.toString()),
        new NonfiniteDirectory(directory.toString(), SmallText.VOCABULARY));
  }

  private final class Harness
      extends KeyedOneInputStreamOperatorTestHarness<Integer, LaneEvent, Report> {
    Harness(OnNonfinite onNonfinite) throws Exception {
      super(operator(TEXT.overflowing(onNonfinite)), LaneEvent::lane, Types.INT, 128, 1, 0);
      setup(EventType.REPORT.createSerializer(new SerializerConfigImpl()));
    }
  }
}
