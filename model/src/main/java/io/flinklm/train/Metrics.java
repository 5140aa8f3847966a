package io.flinklm.train;

import io.flinklm.lane.Batch;
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

  private long tokensTrained;
  private long tokensScored;
  private final Map<Refusal.Reason, Long> refused = new EnumMap<>(Refusal.Reason.class);
  private double averageSum;
  private double averageWeight;
  private double learningRate;
  private double gradientNorm = Double.NaN;
  private Prequential prequential = new Prequential();
  private double seconds;
  private Score segment = Score.empty(Segment.FIRST);
  private Score lastScored = Score.empty(new Segment(0, Split.VALID));

  /** Sums over the batches of a segment. */
  private record Score(
      Segment segment,
      int batches,
      int laneCount,
      long rows,
      double lossSum,
      long correct,
      long targets) {

    static Score empty(Segment segment) {
      return new Score(segment, 0, 0, 0, 0, 0, 0);
    }

    // Mean over batches weighted by rows, which is the mean over targets.
    Score plus(Batch batch, BatchResult result) {
      int size = batch.chunks().size();
      return new Score(
          segment,
          batches + 1,
          Math.max(laneCount, size),
          rows + size,
          lossSum + result.crossEntropy() * size,
          correct + result.correct(),
          targets + result.targets());
    }

    void write(DataOutputStream out) throws IOException {
      segment.write(out);
      out.writeInt(batches);
      out.writeInt(laneCount);
      out.writeLong(rows);
      out.writeDouble(lossSum);
      out.writeLong(correct);
      out.writeLong(targets);
    }

    static Score read(DataInputStream in) throws IOException {
      return new Score(
          Segment.read(in),
          in.readInt(),
          in.readInt(),
          in.readLong(),
          in.readDouble(),
          in.readLong(),
          in.readLong());
    }
  }

  /** Whether a batch belongs to a later segment than the one under way. */
  boolean leavesSegment(Batch batch) {
    return segment.batches > 0 && batch.segment().compareTo(segment.segment) > 0;
  }

  /** Whether a segment is under way. */
  boolean inSegment() {
    return segment.batches > 0;
  }

  /** Ends the segment under way. */
  void endSegment() {
    if (segment.segment.split() == Split.VALID) {
      lastScored = segment;
    }
    segment = Score.empty(segment.segment);
  }

  /**
   * Counts a batch.
   *
   * @param seconds wall time from the start of the first batch to the end of this one
   */
  void add(Batch batch, BatchResult result, double seconds) {
    if (segment.batches == 0) {
      segment = Score.empty(batch.segment());
    }
    // A batch of late chunks may be of a segment whose numbers have been reported.
    if (batch.segment().equals(segment.segment)) {
      segment = segment.plus(batch, result);
    }
    this.seconds = seconds;
    if (batch.segment().split() == Split.TRAIN) {
      tokensTrained += batch.newTokens();
      if (!Prequential.isNew(batch.segment())) {
        prequential = new Prequential();
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
  void addTested(BatchResult scored) {
    prequential.add(scored);
  }

  /** Counts a batch whose step was not taken: its tokens are refused, and it is in no mean. */
  void refuse(Batch batch, double seconds) {
    add(new Refusal(Refusal.Reason.NONFINITE, batch.newTokens()));
    this.seconds = seconds;
  }

  /** Wall time from the start of the first batch to the end of the last one. */
  double seconds() {
    return seconds;
  }

  void add(Refusal refusal) {
    refused.merge(refusal.reason(), (long) refusal.tokens(), Long::sum);
  }

  Report.Step step(String model, long step, Batch batch, BatchResult result) {
    TrainingNumbers numbers =
        numbers(
            model,
            step,
            batch.segment(),
            batch.index(),
            batch.chunks().size(),
            result.crossEntropy(),
            result.correct() / (double) result.targets());
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

  private TrainingNumbers numbers(String model, long step, Score place, Score means) {
    return numbers(
        model,
        step,
        place.segment,
        place.batches,
        place.laneCount,
        means.lossSum / means.rows,
        means.correct / (double) means.targets);
  }

  private TrainingNumbers numbers(
      String model, long step, Segment of, int index, int laneCount, double loss, double accuracy) {
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
  }

  /** Reads what {@link #write} wrote when this was the newest version of the training state. */
  static Metrics read(DataInputStream in, int version) throws IOException {
    Metrics metrics = new Metrics();
    metrics.tokensTrained = in.readLong();
    metrics.tokensScored = in.readLong();
    for (int left = in.readInt(); left > 0; left--) {
      metrics.refused.put(Refusal.Reason.valueOf(in.readUTF()), in.readLong());
    }
    metrics.averageSum = in.readDouble();
    metrics.averageWeight = in.readDouble();
    metrics.learningRate = in.readDouble();
    metrics.seconds = in.readDouble();
    metrics.segment = Score.read(in);
    metrics.lastScored = Score.read(in);
    if (version >= GRADIENT_NORM_AND_PREQUENTIAL) {
      metrics.gradientNorm = in.readDouble();
      metrics.prequential = Prequential.read(in);
    }
    return metrics;
  }
}
