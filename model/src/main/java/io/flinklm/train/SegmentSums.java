package io.flinklm.train;

import io.flinklm.lane.Segment;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * What a segment has come to so far: sums over its batches. A part of {@link Metrics}.
 *
 * @param segment which it is
 * @param batches how many
 * @param laneCount of the widest batch
 * @param rows of all batches
 * @param lossSum cross entropy, by rows
 * @param correct targets that were the most likely token
 * @param targets how many
 * @param bits of the targets in bits per byte
 */
record SegmentSums(
    Segment segment,
    int batches,
    int laneCount,
    long rows,
    double lossSum,
    long correct,
    long targets,
    BitsPerByte bits) {

  static SegmentSums empty(Segment segment) {
    return new SegmentSums(segment, 0, 0, 0, 0, 0, 0, BitsPerByte.NONE);
  }

  // Mean over batches weighted by rows, which is the mean over targets.
  SegmentSums plus(BatchCounts batch, BatchResult result) {
    int size = batch.rows();
    return new SegmentSums(
        segment,
        batches + 1,
        Math.max(laneCount, size),
        rows + size,
        lossSum + result.crossEntropy() * size,
        correct + result.correct(),
        targets + result.targets(),
        bits.plus(result.nats(), batch.targetBytes()));
  }

  SegmentSums with(BitsPerByte other) {
    return new SegmentSums(segment, batches, laneCount, rows, lossSum, correct, targets, other);
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

  static SegmentSums read(DataInputStream in) throws IOException {
    return new SegmentSums(
        Segment.read(in),
        in.readInt(),
        in.readInt(),
        in.readLong(),
        in.readDouble(),
        in.readLong(),
        in.readLong(),
        BitsPerByte.NONE);
  }
}
