package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinklm.lane.Batch;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.ChunkBytes;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.net.MachineKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final Segment TRAIN = new Segment(0, Split.TRAIN);
  private static final Segment VALID = new Segment(0, Split.VALID);
  private static final MachineKind MACHINE = new MachineKind("p", "i", "e");
  private static final Offset<Double> EXACTLY = within(1e-12);

  private final Metrics metrics = new Metrics(false);

  @Test
  void theTrainingLossIsAveragedOverStepsAndDebiased() {
    add(TRAIN, 0, 4, 3, 0);
    assertThat(trainLoss()).isCloseTo(3, EXACTLY);

    add(TRAIN, 1, 4, 2, 0);
    assertThat(trainLoss()).isCloseTo((0.98 * 3 + 2) / (0.98 + 1), EXACTLY);
  }

  @Test
  void itIsCarriedOverSegmentsAndScoresAreNoPartOfIt() {
    add(TRAIN, 0, 4, 3, 0);
    metrics.endSegment();
    add(VALID, 0, 4, 100, 0);
    metrics.endSegment();
    add(new Segment(1, Split.TRAIN), 0, 4, 2, 0);

    assertThat(trainLoss()).isCloseTo((0.98 * 3 + 2) / (0.98 + 1), EXACTLY);
  }

  @Test
  void aSegmentsNumbersAreMeansOverItsRows() {
    add(VALID, 0, 4, 2, 6);
    add(VALID, 1, 1, 7, 2);

    Report segment = metrics.segmentEnd("lmmodel7", 5);

    assertThat(segment.split()).isEqualTo("valid");
    assertThat(segment.step()).isEqualTo(5);
    assertThat(segment.index()).isEqualTo(2);
    assertThat(segment.laneCount()).isEqualTo(4);
    assertThat(segment.loss()).isCloseTo((4 * 2 + 7) / 5.0, EXACTLY);
    // Two targets a row.
    assertThat(segment.accuracy()).isCloseTo((6 + 2) / 10.0, EXACTLY);
  }

  @Test
  void aStepsNumbersAreThoseOfItsBatch() {
    add(TRAIN, 2, 4, 9, 8);
    Batch batch = batch(TRAIN, 3, 4);
    BatchResult result = result(batch, 2, 6);
    metrics.add(BatchCounts.of(batch, result), result, 2.5);

    Report step = metrics.step("lmmodel7", 4, BatchCounts.of(batch, result), result);

    assertThat(step.model()).isEqualTo("lmmodel7");
    assertThat(step.index()).isEqualTo(3);
    assertThat(step.loss()).isEqualTo(2);
    assertThat(step.accuracy()).isCloseTo(0.75, EXACTLY);
    assertThat(step.numbers().learningRate()).isEqualTo(0.01);
    assertThat(step.seconds()).isEqualTo(2.5);
  }

  @Test
  void theEndRepeatsTheLastScoredSegment() {
    add(VALID, 0, 4, 2, 6);
    metrics.endSegment();
    add(new Segment(1, Split.TRAIN), 0, 4, 1, 7);
    metrics.endSegment();

    Report.RunEnd end = metrics.runEnd("lmmodel7", 9, "sha", "states", MACHINE);

    assertThat(end.loss()).isCloseTo(2, EXACTLY);
    assertThat(end.accuracy()).isCloseTo(0.75, EXACTLY);
    assertThat(end.split()).isEqualTo("valid");
    assertThat(end.step()).isEqualTo(9);
    assertThat(end.weightsSha256()).isEqualTo("sha");
    assertThat(end.hiddenStatesSha256()).isEqualTo("states");
    assertThat(end.machine()).isEqualTo(MACHINE);
  }

  @Test
  void whatNothingWasScoredOrTrainedForIsNotANumber() {
    Report end = metrics.runEnd("lmmodel7", 0, "sha", "states", MACHINE);

    assertThat(end.loss()).isNaN();
    assertThat(end.accuracy()).isNaN();
    assertThat(end.trainLoss()).isNaN();
  }

  @Test
  void tokensAreCountedBySplitAndByReason() {
    // Fresh: the first input is new too.
    add(TRAIN, 0, 4, 2, 6);
    add(TRAIN, 1, 3, 2, 6);
    add(VALID, 0, 2, 2, 3);
    metrics.add(new Refusal(Reason.TAIL, 3, 3));
    metrics.add(new Refusal(Reason.BAD_TEXT, 10, 10));
    metrics.add(new Refusal(Reason.TAIL, 4, 4));

    Report end = metrics.runEnd("lmmodel7", 2, "sha", "states", MACHINE);

    assertThat(end.tokensTrained()).isEqualTo(4 * 3 + 3 * 2);
    assertThat(end.tokensScored()).isEqualTo(2 * 3);
    assertThat(end.tokensRefused()).isEqualTo(Map.of("tail", 7L, "bad_text", 10L));
  }

  @Test
  void soAreBytes() {
    // The first token of each has 5 bytes, the two others have 7, the last of them 3.
    metrics.add(counted(longBatch(TRAIN, 0, 4)), result(longBatch(TRAIN, 0, 4), 2, 6), 1);
    metrics.add(counted(longBatch(TRAIN, 1, 3)), result(longBatch(TRAIN, 1, 3), 2, 6), 1);
    metrics.add(counted(longBatch(VALID, 0, 2)), result(longBatch(VALID, 0, 2), 1, 3), 1);
    metrics.refuse(counted(longBatch(TRAIN, 2, 2)), 1);
    metrics.add(new Refusal(Reason.TAIL, 3, 40));
    metrics.add(new Refusal(Reason.NO_TOKEN, 0, 2));

    Report end = metrics.runEnd("lmmodel7", 2, "sha", "states", MACHINE);

    assertThat(end.bytes().bytesTrained()).isEqualTo(4 * (5 + 7) + 3 * 7);
    assertThat(end.bytes().bytesScored()).isEqualTo(2 * (5 + 7));
    assertThat(end.bytes().bytesRefused())
        .isEqualTo(Map.of("tail", 40L, "no_token", 2L, "nonfinite", 2L * 7));
    assertThat(end.tokensRefused()).isEqualTo(Map.of("tail", 3L, "nonfinite", 2L * 2));
    assertThat(end.bytes().trainBitsPerByte()).isCloseTo(2 * 2 / Math.log(2) / 7, EXACTLY);
    assertThat(metrics.segmentEnd("lmmodel7", 2).bytes().bitsPerByte())
        .isCloseTo(2 * 2 / Math.log(2) / 7, EXACTLY);
  }

  @Test
  void bitsAndBytesAreAveragedWithTheSameWeights() {
    metrics.add(counted(longBatch(TRAIN, 0, 1)), result(longBatch(TRAIN, 0, 1), 3, 0), 1);
    metrics.add(counted(batch(TRAIN, 1, 1)), result(batch(TRAIN, 1, 1), 1, 0), 1);

    double bits = (0.98 * 3 * 2 + 1 * 2) / Math.log(2);
    assertThat(metrics.segmentEnd("m", 2).bytes().trainBitsPerByte())
        .isCloseTo(bits / (0.98 * 7 + 2), EXACTLY);
  }

  @Test
  void ofAModelThatPredictsTheLastTokenOnlyThatOnesBytesCount() {
    Batch batch = longBatch(TRAIN, 0, 4);
    BatchResult result = new BatchResult(2, 0, 0, 1, 0, 4, 0.01, List.of());
    metrics.add(BatchCounts.of(batch, result), result, 1);

    assertThat(metrics.segmentEnd("lmmodel3", 1).bytes().bitsPerByte())
        .isCloseTo(2 / Math.log(2) / 3, EXACTLY);
  }

  private static Batch longBatch(Segment segment, int index, int laneCount) {
    List<Chunk> chunks =
        batch(segment, index, laneCount).chunks().stream()
            .map(
                of ->
                    new Chunk(
                        of.lane(),
                        of.segment(),
                        of.index(),
                        of.fresh(),
                        of.tokens(),
                        new ChunkBytes(5, 7, 3)))
            .toList();
    return new Batch(segment, index, chunks);
  }

  @Test
  void aBatchWhoseStepIsNotTakenIsRefusedAndInNoMean() {
    add(TRAIN, 0, 4, 3, 8);
    metrics.refuse(counted(batch(TRAIN, 1, 3)), 7);
    Report segment = metrics.segmentEnd("lmmodel7", 1);

    assertThat(segment.tokensTrained()).isEqualTo(4 * 3);
    assertThat(segment.tokensRefused()).isEqualTo(Map.of("nonfinite", 3L * 2));
    assertThat(segment.loss()).isEqualTo(3);
    assertThat(segment.trainLoss()).isCloseTo(3, EXACTLY);
    assertThat(segment.index()).isEqualTo(1);
    assertThat(segment.seconds()).isEqualTo(7);
  }

  @Test
  void aSegmentIsLeftByABatchOfAnotherOne() {
    assertThat(metrics.leavesSegment(VALID)).isFalse();

    add(TRAIN, 0, 1, 2, 1);

    assertThat(metrics.leavesSegment(TRAIN)).isFalse();
    assertThat(metrics.leavesSegment(VALID)).isTrue();
    metrics.endSegment();
    assertThat(metrics.inSegment()).isFalse();
    assertThat(metrics.leavesSegment(VALID)).isFalse();
  }

  @Test
  void lateChunksOfAnEarlierSegmentAreOnlyCounted() {
    add(TRAIN, 0, 4, 3, 0);
    metrics.endSegment();
    add(VALID, 0, 4, 2, 6);
    assertThat(metrics.leavesSegment(TRAIN)).isFalse();
    Report before = metrics.segmentEnd("lmmodel7", 1);
    add(TRAIN, 0, 1, 9, 1);
    Report after = metrics.segmentEnd("lmmodel7", 2);

    assertThat(after.loss()).isEqualTo(before.loss());
    assertThat(after.index()).isEqualTo(1);
    assertThat(after.split()).isEqualTo("valid");
    assertThat(after.tokensTrained()).isGreaterThan(before.tokensTrained());
    assertThat(trainLoss()).isCloseTo((0.98 * 3 + 9) / (0.98 + 1), EXACTLY);
  }

  @Test
  void whatIsScoredBeforeItIsTrainedOnIsAveragedWithTheNewestFirst() {
    assertThat(metrics.segmentEnd("lmmodel7", 0).numbers().prequentialLoss()).isNaN();
    assertThat(metrics.segmentEnd("lmmodel7", 0).numbers().prequentialAccuracy()).isNaN();

    Batch batch = batch(TRAIN, 0, 4);
    metrics.addTested(counted(batch), result(batch, 3, 2));
    assertThat(metrics.segmentEnd("lmmodel7", 0).numbers().prequentialLoss()).isCloseTo(3, EXACTLY);
    metrics.addTested(counted(batch), result(batch, 2, 4));
    metrics.addTested(counted(batch), result(batch, Double.NaN, 0));

    Report report = metrics.segmentEnd("lmmodel7", 0);
    assertThat(report.numbers().prequentialLoss()).isCloseTo((0.75 * 3 + 2) / (0.75 + 1), EXACTLY);
    assertThat(report.numbers().prequentialAccuracy())
        .isCloseTo((0.75 * 2 / 8 + 4 / 8.0) / (0.75 + 1), EXACTLY);
    assertThat(report.trainLoss()).isNaN();
  }

  @Test
  void whereTextComesAgainThereIsNoPrequentialLoss() {
    metrics.addTested(counted(batch(TRAIN, 0, 4)), result(batch(TRAIN, 0, 4), 3, 2));
    add(TRAIN, 0, 4, 3, 2);
    add(VALID, 0, 4, 3, 2);
    assertThat(metrics.segmentEnd("lmmodel7", 1).numbers().prequentialLoss()).isEqualTo(3);

    add(new Segment(1, Split.TRAIN), 0, 4, 3, 2);

    assertThat(metrics.segmentEnd("lmmodel7", 2).numbers().prequentialLoss()).isNaN();
    assertThat(metrics.segmentEnd("lmmodel7", 2).numbers().prequentialAccuracy()).isNaN();
  }

  @Test
  void theGradientNormIsThatOfTheLastStep() {
    assertThat(metrics.segmentEnd("lmmodel7", 0).numbers().gradientNorm()).isNaN();
    add(TRAIN, 0, 4, 3, 0);
    assertThat(metrics.segmentEnd("lmmodel7", 1).numbers().gradientNorm()).isEqualTo(1.5);
  }

  @Test
  void readBackTheyGoOnAsIfTheyHadNeverStopped() throws IOException {
    List<Report> expected = new ArrayList<>();
    List<Report> found = new ArrayList<>();
    Metrics going = new Metrics(false);
    Metrics restored = new Metrics(false);
    for (int i = 0; i < 12; i++) {
      restored = throughBytes(restored);
      advance(going, i, expected);
      advance(restored, i, found);
    }

    assertThat(found).isEqualTo(expected);
    assertThat(restored.seconds()).isEqualTo(going.seconds());
  }

  // Three batches of train, three of valid, and so on, with other numbers each time.
  private static void advance(Metrics metrics, int i, List<Report> reports) {
    Segment segment = new Segment(i / 6, i % 6 < 3 ? Split.TRAIN : Split.VALID);
    Batch batch = batch(segment, i % 3, 1 + i % 4);
    BatchResult result = result(batch, 1 + 1 / (i + 3.0), i % 2);
    if (metrics.leavesSegment(segment)) {
      reports.add(metrics.segmentEnd("lmmodel7", i));
      metrics.endSegment();
    }
    metrics.add(new Refusal(i % 3 == 0 ? Reason.TAIL : Reason.GAP, i, i));
    metrics.addTested(counted(batch), result(batch, 2 + 1 / (i + 5.0), i % 2));
    metrics.code(counted(batch), result, 9);
    metrics.add(counted(batch), result, i / 7.0);
    reports.add(metrics.step("lmmodel7", i, counted(batch), result));
    reports.add(metrics.segmentEnd("lmmodel7", i));
    reports.add(metrics.runEnd("lmmodel7", i, "sha", "states", MACHINE));
  }

  private static Metrics throughBytes(Metrics metrics) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    metrics.write(new DataOutputStream(bytes));
    byte[] written = bytes.toByteArray();
    return Metrics.read(
        new DataInputStream(new ByteArrayInputStream(written)), TrainingStateTest.NEWEST, false);
  }

  private void add(Segment segment, int index, int laneCount, double crossEntropy, int correct) {
    Batch batch = batch(segment, index, laneCount);
    metrics.add(counted(batch), result(batch, crossEntropy, correct), 1);
  }

  private double trainLoss() {
    return metrics.segmentEnd("lmmodel7", 0).trainLoss();
  }

  private static Batch batch(Segment segment, int index, int laneCount) {
    List<Chunk> chunks = new ArrayList<>();
    for (int lane = 0; lane < laneCount; lane++) {
      chunks.add(new Chunk(lane, segment, index, index == 0, new int[] {0, 1, 2}));
    }
    return new Batch(segment, index, chunks);
  }

  private static BatchCounts counted(Batch batch) {
    return BatchCounts.of(batch, result(batch, 0, 0));
  }

  private static BatchResult result(Batch batch, double crossEntropy, int correct) {
    return new BatchResult(
        crossEntropy,
        0.5,
        0.25,
        1.5,
        correct,
        batch.chunks().size() * batch.length(),
        0.01,
        List.of());
  }
}
