package io.flinklm.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.flinklm.Blob.RefusedException;
import io.flinklm.UserMistake;
import io.flinklm.engine.DeviceChoice;
import io.flinklm.engine.PyTorch;
import io.flinklm.job.SmallText;
import io.flinklm.job.models.BestWeights;
import io.flinklm.job.models.Lineage;
import io.flinklm.job.models.PublishedWeights;
import io.flinklm.job.models.TrainedModel;
import io.flinklm.job.wire.EventType;
import io.flinklm.job.wire.LaneEvent;
import io.flinklm.job.wire.LaneText;
import io.flinklm.lane.Batch;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.net.Cell;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.NetConfig;
import io.flinklm.net.Parameter;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.WordTokenizer;
import io.flinklm.train.OnNonfinite;
import io.flinklm.train.Report;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import io.flinklm.train.TrainingConfig;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The operator with the real engine and a model of eight hidden units. */
public class TrainOperatorTest {
  private static final SmallText TEXT = SmallText.of(0);
  private static final TrainingConfig CONFIG = TEXT.config();
  private static final Tokenizer TOKENIZER = SmallText.VOCABULARY;
  private static final Segment TRAIN = Segment.FIRST;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theStreamIsTheLoop(long seed) throws Exception {
    Run run = new Run();
    try (Harness harness = new Harness(CONFIG, TOKENIZER)) {
      harness.open();
      run.feed(harness, SmallText.interleaved(TEXT.events(), new Random(seed)));
      harness.endInput();
      run.collect(harness);
    }

    assertThat(run.reports).isEqualTo(TEXT.plainLoop());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void aRestoredOperatorGoesOnAsIfItHadNeverStopped(long seed) throws Exception {
    List<LaneEvent> events = SmallText.interleaved(TEXT.events(), new Random(seed));
    Random random = new Random(seed);
    Run run = new Run();
    OperatorSubtaskState state = null;
    int from = 0;
    while (from < events.size()) {
      int to = Math.min(events.size(), from + random.nextInt(events.size() / 2));
      try (Harness harness = new Harness(CONFIG, TOKENIZER)) {
        if (state != null) {
          harness.initializeState(state);
        }
        harness.open();
        run.feed(harness, events.subList(from, to));
        state = harness.snapshot(1, 1);
        if (to == events.size()) {
          harness.endInput();
        }
        run.collect(harness);
      }
      from = to;
    }

    assertThat(run.reports).isEqualTo(TEXT.plainLoop());
  }

  @Test
  void whatIsDoneAfterASnapshotIsDoneAgain() throws Exception {
    List<LaneEvent> events = SmallText.interleaved(TEXT.events(), new Random(9));
    int half = events.size() / 2;
    Run run = new Run();
    OperatorSubtaskState state;
    try (Harness killed = new Harness(CONFIG, TOKENIZER)) {
      killed.open();
      run.feed(killed, events.subList(0, half));
      run.collect(killed);
      state = killed.snapshot(1, 1);
      run.feed(killed, events.subList(half, half + half / 2));
      assertThat(killed.extractOutputValues()).hasSizeGreaterThan(run.reports.size() + 5);
    }
    try (Harness restarted = new Harness(CONFIG, TOKENIZER)) {
      restarted.initializeState(state);
      restarted.open();
      run.feed(restarted, events.subList(half, events.size()));
      restarted.endInput();
      run.collect(restarted);
    }

    assertThat(run.reports).isEqualTo(TEXT.plainLoop());
  }

  @Test
  void lanesOfUnequalLengthTrainTogetherWhileTheyLast() throws Exception {
    List<List<LaneEvent>> lanes = new ArrayList<>();
    int[] lengths = {5, 2, 3, 1};
    for (int lane = 0; lane < lengths.length; lane++) {
      lanes.add(new ArrayList<>(chunks(lane, TRAIN, lengths[lane])));
      lanes.get(lane).addAll(chunks(lane, new Segment(0, Split.VALID), 3 - lane));
    }
    List<LaneEvent> events = SmallText.interleaved(lanes, new Random(3));
    Run run = new Run();
    try (Harness harness = new Harness(CONFIG, TOKENIZER)) {
      harness.open();
      run.feed(harness, events);
      harness.endInput();
      run.collect(harness);
    }

    assertThat(run.reports).isEqualTo(trained(events));
    assertThat(run.reports)
        .filteredOn(Report.Step.class::isInstance)
        .extracting(Report::laneCount)
        .containsExactly(4, 3, 2, 1, 1, 3, 2, 1);
    Report end = run.reports.get(run.reports.size() - 1);
    assertThat(end.tokensTrained()).isEqualTo((5 + 2 + 3 + 1) * 4 + 4);
    assertThat(end.tokensScored()).isEqualTo((3 + 2 + 1) * 4 + 3);
  }

  @Test
  void aSilentLaneHoldsTrainingBackUntilTheEndOfInput() throws Exception {
    try (Harness harness = new Harness(CONFIG, TOKENIZER)) {
      harness.open();
      Run run = new Run();
      for (int lane : new int[] {0, 1, 3}) {
        run.feed(harness, chunks(lane, TRAIN, 6));
      }
      assertThat(harness.extractOutputValues()).isEmpty();
      harness.endInput();

      assertThat(harness.extractOutputValues())
          .filteredOn(Report.Step.class::isInstance)
          .hasSize(6)
          .allSatisfy(report -> assertThat(report.laneCount()).isEqualTo(3));
    }
  }

  @Test
  void allBatchesThatBecomeReadyAtOnceAreTrainedAtOnce() throws Exception {
    List<LaneEvent> events = new ArrayList<>();
    for (int lane = 0; lane < 3; lane++) {
      events.addAll(chunks(lane, TRAIN, 3));
    }
    // Lane 3 comes back behind a hole: the others need not wait for it before window 2.
    Chunk behindAHole = ((LaneEvent.Cut) chunks(3, TRAIN, 3).get(2)).chunk();
    LaneEvent last = LaneEvent.of(new Chunk(3, TRAIN, 2, true, behindAHole.tokens()));
    Run run = new Run();
    try (Harness harness = new Harness(CONFIG, TOKENIZER)) {
      harness.open();
      run.feed(harness, events);
      assertThat(harness.extractOutputValues()).isEmpty();
      run.feed(harness, List.of(last));

      assertThat(harness.extractOutputValues())
          .extracting(Report::step, Report::index, Report::laneCount)
          .containsExactly(tuple(1L, 0, 3), tuple(2L, 1, 3), tuple(3L, 2, 4));
      harness.endInput();
      run.collect(harness);
    }

    events.add(last);
    assertThat(run.reports).isEqualTo(trained(events));
  }

  @Test
  void refusalsAreCountedByReason() throws Exception {
    Run run = new Run();
    try (Harness harness = new Harness(CONFIG, TOKENIZER)) {
      harness.open();
      run.feed(
          harness,
          List.of(
              LaneEvent.of(2, new Refusal(Reason.TAIL, 3, 3)),
              LaneEvent.of(LaneText.NO_LANE, new Refusal(Reason.BAD_KEY, 5, 5))));
      OperatorSubtaskState state = harness.snapshot(1, 1);
      try (Harness restored = new Harness(CONFIG, TOKENIZER)) {
        restored.initializeState(state);
        restored.open();
        run.feed(restored, List.of(LaneEvent.of(0, new Refusal(Reason.TAIL, 4, 4))));
        restored.endInput();
        run.collect(restored);
      }
    }

    assertThat(run.reports).hasSize(1);
    assertThat(run.reports.get(0).tokensRefused()).isEqualTo(Map.of("tail", 7L, "bad_key", 5L));
  }

  @Test
  void aModelIsEmittedBeforeEachSnapshotIfStepsWereTaken() throws Exception {
    try (Harness harness = new Harness(CONFIG, TOKENIZER)) {
      harness.open();
      harness.prepareSnapshotPreBarrier(1);
      assertThat(harness.models()).as("nothing is trained").isEmpty();

      Run run = new Run();
      for (int lane = 0; lane < 4; lane++) {
        run.feed(harness, chunks(lane, TRAIN, 3));
      }
      harness.prepareSnapshotPreBarrier(2);
      harness.prepareSnapshotPreBarrier(3);
      assertThat(harness.models()).extracting(TrainedModel::step).containsExactly(3L);

      for (int lane = 0; lane < 4; lane++) {
        run.feed(harness, chunks(lane, new Segment(1, Split.TRAIN), 1));
      }
      harness.endInput();
      harness.prepareSnapshotPreBarrier(4);
      assertThat(harness.models()).extracting(TrainedModel::step).containsExactly(3L, 4L);
    }
  }

  @Test
  void aModelHoldsTheWeightsThatItsSha256IsOf() throws Exception {
    try (Harness harness = new Harness(CONFIG, TOKENIZER)) {
      harness.open();
      new Run().feed(harness, SmallText.interleaved(TEXT.events(), new Random(0)));
      harness.prepareSnapshotPreBarrier(1);
      harness.endInput();

      List<TrainedModel> models = harness.models();
      List<Report> reports = harness.extractOutputValues();
      assertThat(models).hasSizeGreaterThan(1);
      assertThat(models.get(models.size() - 1).sha256())
          .isEqualTo(((Report.RunEnd) reports.get(reports.size() - 1)).weightsSha256());
      for (TrainedModel model : models) {
        assertThat(sha256(model.safetensors())).isEqualTo(model.sha256());
      }
    }
  }

  @Test
  void stateOfAnotherVocabularyIsRefused() throws Exception {
    Tokenizer other = WordTokenizer.of(List.of("one", "zero"));

    assertThatThrownBy(() -> goOn(CONFIG, other))
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "the training state is of another vocabulary (fingerprint): expected "
                + other.fingerprint()
                + ", found "
                + TOKENIZER.fingerprint());
  }

  @Test
  void stateOfAnotherConfigurationIsRefused() {
    NetConfig net = CONFIG.net();
    NetConfig wider = new NetConfig(net.model(), net.vocabulary(), 9, net.layers(), net.dropout());
    List<TrainingConfig> others =
        List.of(
            changed(wider, CONFIG.laneCount(), CONFIG.bptt(), CONFIG.seed()),
            changed(net, CONFIG.laneCount() + 1, CONFIG.bptt(), CONFIG.seed()),
            changed(net, CONFIG.laneCount(), CONFIG.bptt() + 1, CONFIG.seed()),
            changed(net, CONFIG.laneCount(), CONFIG.bptt(), CONFIG.seed() + 1));
    for (TrainingConfig other : others) {
      assertThatThrownBy(() -> goOn(other, TOKENIZER))
          .isInstanceOf(RefusedException.class)
          .hasMessageStartingWith("the training state is of another configuration: expected ")
          .hasMessageContaining(
              "lanes " + other.laneCount() + ", bptt " + other.bptt() + ", seed " + other.seed())
          .hasMessageContaining("hidden " + other.net().hidden())
          .hasMessageEndingWith("found " + words(net) + ", lanes 4, bptt 4, seed 0");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5, 8})
  void soIsStateOfMoreOrFewerLanes(int laneCount) {
    NetConfig net = CONFIG.net();
    TrainingConfig other = changed(net, laneCount, CONFIG.bptt(), CONFIG.seed());

    assertThatThrownBy(() -> goOn(other, TOKENIZER))
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "the training state is of another configuration: expected "
                + words(net)
                + ", lanes "
                + laneCount
                + ", bptt 4, seed 0, found "
                + words(net)
                + ", lanes 4, bptt 4, seed 0");
  }

  private static String words(NetConfig net) {
    return "%s with vocabulary %d, hidden %d, layers %d, dropout %s"
        .formatted(net.model(), net.vocabulary(), net.hidden(), net.layers(), net.dropout());
  }

  @Test
  void aDamagedLaneIsRefused() throws Exception {
    OperatorSubtaskState state = PlantedState.ofLane("lane", 2, new byte[] {1, 2, 3}, 128);

    assertThatThrownBy(() -> restore(state, CONFIG, TOKENIZER))
        .isInstanceOf(RefusedException.class)
        .hasMessage("LANE: 3 bytes are too few for a header of 16");
  }

  @Test
  void aTiedMatrixIsPublishedOnceAndExportedByBothItsNames() throws Exception {
    try (Harness harness = new Harness(CONFIG, TOKENIZER)) {
      harness.open();
      new Run().feed(harness, SmallText.interleaved(TEXT.events(), new Random(1)));
      harness.prepareSnapshotPreBarrier(1);
      harness.endInput();

      assertThat(harness.published())
          .hasSizeGreaterThan(2)
          .allSatisfy(
              published -> assertThat(names(published.safetensors())).doesNotContain("h_o.weight"));
      assertThat(harness.models())
          .hasSizeGreaterThan(1)
          .allSatisfy(
              model -> assertThat(names(model.safetensors())).contains("i_h.weight", "h_o.weight"));
    }
  }

  private static List<String> names(byte[] safetensors) {
    try (NDManager manager = PyTorch.newManager(Device.cpu())) {
      return NDList.decode(manager, safetensors).stream().map(NDArray::getName).toList();
    }
  }

  @Test
  void aTrainingKeepsItsLineageThroughARestartAndTheNextOneHasAnother() throws Exception {
    List<LaneEvent> events = SmallText.interleaved(TEXT.events(), new Random(1));
    OperatorSubtaskState state;
    Lineage lineage;
    try (Harness first = new Harness(CONFIG, TOKENIZER)) {
      first.open();
      new Run().feed(first, events.subList(0, events.size() / 2));
      first.prepareSnapshotPreBarrier(1);
      state = first.snapshot(1, 1);
      lineage = first.models().get(0).lineage();
    }
    try (Harness restored = new Harness(CONFIG, TOKENIZER);
        Harness next = new Harness(CONFIG, TOKENIZER)) {
      restored.initializeState(state);
      restored.open();
      restored.endInput();
      next.open();
      new Run().feed(next, events);
      next.endInput();

      assertThat(restored.models()).extracting(TrainedModel::lineage).containsOnly(lineage);
      assertThat(next.models()).extracting(TrainedModel::lineage).doesNotContain(lineage);
      assertThat(restored.extractOutputValues())
          .extracting(Report::lineage)
          .containsOnly(lineage.name());
      assertThat(next.extractOutputValues())
          .extracting(Report::lineage)
          .doesNotContain(lineage.name(), (String) null);
    }
  }

  /** Who starts a job and follows it must know what to follow, whatever a checkpoint has. */
  @Test
  void aGivenLineageIsReportedAndThatOfTheStateStaysWithTheModels() throws Exception {
    List<LaneEvent> events = SmallText.interleaved(TEXT.events(), new Random(1));
    Lineage given = Lineage.draw();
    Lineage later = Lineage.draw();
    OperatorSubtaskState state;
    try (Harness first = new Harness(CONFIG, TOKENIZER, Served.LATEST, given)) {
      first.open();
      new Run().feed(first, events.subList(0, events.size() / 2));
      first.prepareSnapshotPreBarrier(1);
      state = first.snapshot(1, 1);

      assertThat(first.extractOutputValues())
          .isNotEmpty()
          .extracting(Report::lineage)
          .containsOnly(given.name());
      assertThat(first.published())
          .extracting(PublishedWeights::lineage)
          .containsOnly(given.name());
      assertThat(first.models()).extracting(TrainedModel::lineage).containsOnly(given);
    }
    try (Harness restored = new Harness(CONFIG, TOKENIZER, Served.LATEST, later)) {
      restored.initializeState(state);
      restored.open();
      new Run().feed(restored, events.subList(events.size() / 2, events.size()));
      restored.endInput();

      assertThat(restored.extractOutputValues())
          .extracting(Report::lineage)
          .containsOnly(later.name());
      assertThat(restored.models()).extracting(TrainedModel::lineage).containsOnly(given);
    }
  }

  @Test
  void theWeightsThatExpectTheValidationTextBestAreExported() throws Exception {
    List<LaneEvent> events = SmallText.interleaved(TEXT.events(), new Random(1));
    try (Harness harness = new Harness(CONFIG, TOKENIZER)) {
      harness.open();
      new Run().feed(harness, events);
      harness.prepareSnapshotPreBarrier(1);
      harness.endInput();

      List<Report> valid =
          harness.extractOutputValues().stream()
              .filter(Report.SegmentEnd.class::isInstance)
              .filter(report -> report.split().equals(Split.VALID.label()))
              .toList();
      assertThat(valid).hasSize(SmallText.EPOCHS);
      assertThat(valid.get(1).loss()).isLessThan(valid.get(0).loss());
      assertThat(harness.models())
          .filteredOn(model -> Double.isFinite(model.validLoss()))
          .extracting(TrainedModel::step, TrainedModel::validLoss)
          .containsExactly(
              tuple(valid.get(0).step(), valid.get(0).loss()),
              tuple(valid.get(1).step(), valid.get(1).loss()));
      for (TrainedModel model : harness.models()) {
        assertThat(sha256(model.safetensors())).isEqualTo(model.sha256());
      }
    }
  }

  @Test
  void theBestWeightsAnswerOnceThereHasBeenAnEvaluation() throws Exception {
    List<LaneEvent> events = SmallText.interleaved(TEXT.events(), new Random(1));
    long best;
    OperatorSubtaskState state;
    try (Harness harness = new Harness(CONFIG, TOKENIZER, Served.BEST)) {
      harness.open();
      new Run().feed(harness, events);
      harness.prepareSnapshotPreBarrier(1);
      best = harness.models().get(0).step();
      state = harness.snapshot(1, 1);

      List<Long> steps = harness.published().stream().map(PublishedWeights::step).toList();
      assertThat(steps).startsWith(2L, 4L, 6L);
      assertThat(steps.get(steps.size() - 1)).isEqualTo(best);
      assertThat(harness.best().step()).isEqualTo(best);
      assertThat(harness.models()).last().extracting(TrainedModel::step).isNotEqualTo(best);
    }
    try (Harness restored = new Harness(CONFIG, TOKENIZER, Served.BEST);
        Harness newest = new Harness(CONFIG, TOKENIZER, Served.LATEST)) {
      restored.initializeState(state);
      restored.open();
      assertThat(restored.published()).extracting(PublishedWeights::step).containsExactly(best);
      assertThat(restored.published().get(0).safetensors())
          .isEqualTo(restored.best().safetensors());

      newest.initializeState(state);
      newest.open();
      assertThat(newest.published().get(0).step()).isGreaterThan(best);
    }
  }

  @Test
  void aCheckpointAfterTheEndOfInputSendsNoWeights() throws Exception {
    try (Harness harness = new Harness(CONFIG, TOKENIZER)) {
      harness.open();
      new Run().feed(harness, SmallText.interleaved(TEXT.events(), new Random(1)));
      harness.endInput();
      int models = harness.models().size();

      harness.prepareSnapshotPreBarrier(1);

      assertThat(harness.models()).hasSize(models);
    }
  }

  @Test
  void aRestoredTrainingKnowsHowGoodItsBestWeightsWere() throws Exception {
    OperatorSubtaskState state;
    double loss;
    try (Harness first = new Harness(CONFIG, TOKENIZER)) {
      first.open();
      new Run().feed(first, SmallText.interleaved(TEXT.events(), new Random(1)));
      first.prepareSnapshotPreBarrier(1);
      state = first.snapshot(1, 1);
      first.endInput();
      loss = first.models().get(0).validLoss();
    }
    try (Harness restored = new Harness(CONFIG, TOKENIZER)) {
      restored.initializeState(state);
      restored.open();

      assertThat(loss).isPositive();
      assertThat(restored.best().loss()).isEqualTo(loss);
    }
  }

  /** Restores from a snapshot in which every lane has a hidden state and lane 3 waiting chunks. */
  @Test
  void aHeapThatIsTooSmallEndsTheJobForGoodBeforeTheFirstRecord() throws Exception {
    NetConfig wide = new NetConfig("lmmodel7", 30, 2_048, 2, 0);
    TrainingConfig config = changed(wide, CONFIG.laneCount(), CONFIG.bptt(), CONFIG.seed());
    try (Harness harness = new Harness(config, TOKENIZER)) {
      assertThatThrownBy(harness::open)
          .isInstanceOf(SuppressRestartsException.class)
          .hasRootCauseInstanceOf(UserMistake.class)
          .rootCause()
          .hasMessageContaining("its training needs a Java heap of")
          .hasMessageEndingWith("taskmanager.memory.process.size)");
    }
  }

  private static void goOn(TrainingConfig config, Tokenizer tokenizer) throws Exception {
    OperatorSubtaskState state;
    try (Harness harness = new Harness(CONFIG, TOKENIZER)) {
      harness.open();
      Run run = new Run();
      for (int lane = 0; lane < 4; lane++) {
        run.feed(harness, chunks(lane, TRAIN, lane < 3 ? 1 : 4));
      }
      state = harness.snapshot(1, 1);
    }
    restore(state, config, tokenizer);
  }

  private static void restore(
      OperatorSubtaskState state, TrainingConfig config, Tokenizer tokenizer) throws Exception {
    try (Harness harness = new Harness(config, tokenizer)) {
      harness.initializeState(state);
    }
  }

  /** The definition of training on chunks: a batch of those with the same (segment, index). */
  private static List<Report> trained(List<LaneEvent> events) {
    Map<Segment, Map<Integer, Map<Integer, Chunk>>> batches = new TreeMap<>();
    for (LaneEvent event : events) {
      Chunk chunk = ((LaneEvent.Cut) event).chunk();
      batches
          .computeIfAbsent(chunk.segment(), segment -> new TreeMap<>())
          .computeIfAbsent(chunk.index(), index -> new TreeMap<>())
          .put(chunk.lane(), chunk);
    }
    List<Report> reports = new ArrayList<>();
    try (Trainer trainer =
        Trainer.drawn(Training.of(CONFIG, TOKENIZER.fingerprint(), Device.cpu(), reports::add))) {
      batches.forEach(
          (segment, byIndex) ->
              byIndex.forEach(
                  (index, byLane) ->
                      trainer.accept(new Batch(segment, index, List.copyOf(byLane.values())))));
      trainer.finish();
    }
    return reports.stream().map(SmallText::timeless).toList();
  }

  public static List<LaneEvent> chunks(int lane, Segment segment, int count) {
    List<LaneEvent> chunks = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      int[] tokens = new int[CONFIG.bptt() + 1];
      for (int i = 0; i < tokens.length; i++) {
        tokens[i] = (index * CONFIG.bptt() + i * (lane + 1)) % SmallText.VOCABULARY.size();
      }
      chunks.add(LaneEvent.of(new Chunk(lane, segment, index, index == 0, tokens)));
    }
    return chunks;
  }

  private static TrainingConfig changed(NetConfig net, int laneCount, int bptt, long seed) {
    return new TrainingConfig(
        net,
        laneCount,
        bptt,
        seed,
        CONFIG.schedule(),
        CONFIG.weightDecay(),
        CONFIG.regularizer(),
        0,
        Cell.ENGINE,
        OnNonfinite.STOP);
  }

  private static String sha256(byte[] safetensors) throws Exception {
    try (NDManager manager = PyTorch.newManager(Device.cpu())) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      NDList tensors = NDList.decode(manager, safetensors);
      // By name: the file has an order of its own.
      for (Parameter parameter : LanguageModels.of(CONFIG.net()).parameters()) {
        digest.update(tensors.get(parameter.name()).toByteBuffer());
      }
      return HexFormat.of().formatHex(digest.digest());
    }
  }

  /** The reports of one run, however many operators it took. */
  private static final class Run {
    private final List<Report> reports = new ArrayList<>();

    void feed(Harness harness, List<LaneEvent> events) throws Exception {
      for (LaneEvent event : events) {
        harness.processElement(event, 0);
      }
    }

    void collect(Harness harness) {
      harness.extractOutputValues().forEach(report -> reports.add(SmallText.timeless(report)));
    }
  }

  private static final class Harness
      extends KeyedOneInputStreamOperatorTestHarness<Integer, LaneEvent, Report> {
    Harness(TrainingConfig config, Tokenizer tokenizer) throws Exception {
      this(config, tokenizer, Served.LATEST);
    }

    Harness(TrainingConfig config, Tokenizer tokenizer, Served served) throws Exception {
      this(config, tokenizer, served, null);
    }

    Harness(TrainingConfig config, Tokenizer tokenizer, Served served, Lineage lineage)
        throws Exception {
      super(
          new TrainOperator(
              config,
              tokenizer,
              null,
              JobOptions.of(DeviceChoice.CPU, "nonfinite")
                  .withOutput(2, Duration.ZERO)
                  .withServed(served)
                  .withLineage(lineage),
              new NonfiniteDirectory("nonfinite", SmallText.VOCABULARY)),
          LaneEvent::lane,
          Types.INT,
          128,
          1,
          0);
      setup(EventType.REPORT.createSerializer(new SerializerConfigImpl()));
    }

    BestWeights best() {
      return ((TrainOperator) getOperator()).best();
    }

    List<PublishedWeights> published() {
      return getSideOutput(PublishedWeights.TAG).stream().map(StreamRecord::getValue).toList();
    }

    List<TrainedModel> models() {
      var models = getSideOutput(TrainedModel.TAG);
      return models == null ? List.of() : models.stream().map(StreamRecord::getValue).toList();
    }
  }
}
