package io.flinklm.train;

import io.flinklm.lane.Refusal;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.net.MachineKind;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The running numbers of a training run: tokens counted once and for all, the averaged training
 * loss, and the sums of the segment under way. They are part of the training state, so that a
 * restored run reports as if it had never stopped. Not thread safe.
 */
final class Metrics {
  private static final double BETA = 0.98;
  private static final int GRADIENT_NORM_AND_PREQUENTIAL = 2;
  private static final int BYTES = 5;

  private final boolean testsAll;
  private long tokensTrained;
  private long tokensScored;
  private final Map<Refusal.Reason, Long> refused = new EnumMap<>(Refusal.Reason.class);
  private double averageSum;
  private double averageWeight;
  private double learningRate;
  private double gradientNorm = Double.NaN;
  private Prequential prequential;
  private ByteMetrics bytes = new ByteMetrics();
  private double seconds;
  private SegmentSums segment = SegmentSums.empty(Segment.FIRST);
  private SegmentSums lastScored = SegmentSums.empty(new Segment(0, Split.VALID));

  /**
   * Of a training that has not begun.
   *
   * @param testsAll whether all new text is evaluated before it is trained on
   */
  Metrics(boolean testsAll) {
    this.testsAll = testsAll;
    this.prequential = new Prequential(testsAll);
  }

  /** Whether a segment is later than the one under way. */
  boolean leavesSegment(Segment next) {
    return segment.batches() > 0 && next.compareTo(segment.segment()) > 0;
  }

  /** Whether a segment is under way. */
  boolean inSegment() {
    return segment.batches() > 0;
  }

  /** Ends the segment under way. */
  void endSegment() {
    if (segment.segment().split() == Split.VALID) {
      lastScored = segment;
    }
    segment = SegmentSums.empty(segment.segment());
  }

  /**
   * Counts a batch.
   *
   * @param seconds wall time from the start of the first batch to the end of this one
   */
  void add(BatchCounts batch, BatchResult result, double seconds) {
    if (segment.batches() == 0) {
      segment = SegmentSums.empty(batch.segment());
    }
    // A batch of late chunks may be of a segment whose numbers have been reported.
    if (batch.segment().equals(segment.segment())) {
      segment = segment.plus(batch, result);
    }
    this.seconds = seconds;
    bytes.add(batch, result, BETA);
    if (batch.isOfTraining()) {
      tokensTrained += batch.newTokens();
      if (!Prequential.isNew(batch.segment())) {
        prequential = new Prequential(testsAll);
      }
      averageSum = BETA * averageSum + (1 - BETA) * result.crossEntropy();
      averageWeight = BETA * averageWeight + (1 - BETA);
      learningRate = result.learningRate();
      gradientNorm = result.gradientNorm();
    } else {
      tokensScored += batch.newTokens();
    }
  }

  /** Takes up what the batch of the next step gave before it was trained on. */
  void addTested(BatchCounts batch, BatchResult scored) {
    prequential.add(batch, scored);
  }

  /** Takes up what new text adds to the code of all text: what it gave before any training. */
  void code(BatchCounts batch, BatchResult given, int ids) {
    bytes.code(batch, given, ids);
  }

  /** Counts a batch whose step was not taken: its tokens are refused, and it is in no mean. */
  void refuse(BatchCounts batch, double seconds) {
    add(new Refusal(Refusal.Reason.NONFINITE, batch.newTokens(), batch.newBytes()));
    this.seconds = seconds;
  }

  /** Wall time from the start of the first batch to the end of the last one. */
  double seconds() {
    return seconds;
  }

  void add(Refusal refusal) {
    if (refusal.tokens() > 0) {
      refused.merge(refusal.reason(), (long) refusal.tokens(), Long::sum);
    }
    bytes.add(refusal);
  }

  Report.Step step(String model, long step, BatchCounts batch, BatchResult result) {
    TrainingNumbers numbers =
        numbers(
            model,
            step,
            batch.segment(),
            batch.index(),
            batch.rows(),
            result.crossEntropy(),
            result.correct() / (double) result.targets(),
            ByteMetrics.of(batch, result));
    return new Report.Step(numbers, null);
  }

  Report.SegmentEnd segmentEnd(String model, long step) {
    return new Report.SegmentEnd(numbers(model, step, segment, segment), null);
  }

  /** Loss and accuracy are those of the last segment that was scored, NaN if none was. */
  Report.RunEnd runEnd(
      String model,
      long step,
      String weightsSha256,
      String hiddenStatesSha256,
      MachineKind machine) {
    TrainingNumbers numbers = numbers(model, step, lastScored, lastScored);
    return new Report.RunEnd(numbers, null, weightsSha256, hiddenStatesSha256, machine);
  }

  /** Epoch, split and index are those of the segment under way, loss and accuracy as at the end. */
  TrainingNumbers standing(String model, long step) {
    return numbers(model, step, segment, lastScored);
  }

  private TrainingNumbers numbers(String model, long step, SegmentSums place, SegmentSums means) {
    return numbers(
        model,
        step,
        place.segment(),
        place.batches(),
        place.laneCount(),
        means.lossSum() / means.rows(),
        means.correct() / (double) means.targets(),
        means.bits());
  }

  private TrainingNumbers numbers(
      String model,
      long step,
      Segment of,
      int index,
      int laneCount,
      double loss,
      double accuracy,
      BitsPerByte ofLoss) {
    Map<String, Long> reasons = new LinkedHashMap<>();
    refused.forEach((reason, tokens) -> reasons.put(reason.label(), tokens));
    return new TrainingNumbers(
        model,
        step,
        of.epoch(),
        of.split().label(),
        index,
        laneCount,
        loss,
        accuracy,
        averageSum / averageWeight,
        prequential.loss(),
        prequential.accuracy(),
        learningRate,
        gradientNorm,
        tokensTrained,
        tokensScored,
        reasons,
        bytes.numbers(ofLoss, prequential.bits()),
        seconds);
  }

  void write(DataOutputStream out) throws IOException {
    out.writeLong(tokensTrained);
    out.writeLong(tokensScored);
    out.writeInt(refused.size());
    for (Map.Entry<Refusal.Reason, Long> entry : refused.entrySet()) {
      out.writeUTF(entry.getKey().name());
      out.writeLong(entry.getValue());
    }
    out.writeDouble(averageSum);
    out.writeDouble(averageWeight);
    out.writeDouble(learningRate);
    out.writeDouble(seconds);
    segment.write(out);
    lastScored.write(out);
    out.writeDouble(gradientNorm);
    prequential.write(out);
    prequential.writeBits(out);
    segment.bits().write(out);
    lastScored.bits().write(out);
    bytes.write(out);
  }

  /** Reads what {@link #write} wrote when this was the newest version of the training state. */
  static Metrics read(DataInputStream in, int version, boolean testsAll) throws IOException {
    Metrics metrics = new Metrics(testsAll);
    metrics.tokensTrained = in.readLong();
    metrics.tokensScored = in.readLong();
    for (int left = in.readInt(); left > 0; left--) {
      metrics.refused.put(Refusal.Reason.valueOf(in.readUTF()), in.readLong());
    }
    metrics.averageSum = in.readDouble();
    metrics.averageWeight = in.readDouble();
    metrics.learningRate = in.readDouble();
    metrics.seconds = in.readDouble();
    metrics.segment = SegmentSums.read(in);
    metrics.lastScored = SegmentSums.read(in);
    if (version >= GRADIENT_NORM_AND_PREQUENTIAL) {
      metrics.gradientNorm = in.readDouble();
      metrics.prequential = Prequential.read(in, testsAll);
    }
    if (version >= BYTES) {
      metrics.prequential.readBits(in);
      metrics.segment = metrics.segment.with(BitsPerByte.read(in));
      metrics.lastScored = metrics.lastScored.with(BitsPerByte.read(in));
      metrics.bytes = ByteMetrics.read(in);
    }
    return metrics;
  }
}
