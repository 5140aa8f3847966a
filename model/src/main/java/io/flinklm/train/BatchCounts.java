package io.flinklm.train;

import io.flinklm.lane.Batch;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What the books of a training need to know of a batch: its place, and how much it holds.
 *
 * @param segment of the batch
 * @param index of the batch
 * @param rows of it
 * @param newTokens that no earlier batch held
 * @param newBytes of these tokens
 * @param targetBytes of the targets that the batch's loss is the mean of
 */
public record BatchCounts(
    Segment segment, int index, int rows, int newTokens, int newBytes, double targetBytes) {

  /** Those of a batch that gave a result. */
  static BatchCounts of(Batch batch, BatchResult result) {
    int rows = batch.chunks().size();
    return new BatchCounts(
        batch.segment(),
        batch.index(),
        rows,
        batch.newTokens(),
        batch.newBytes(),
        (double) batch.bytesOfLastTargets(result.targets() / rows));
  }

  /** Those of a batch of all rows of both, at the place of this one. */
  BatchCounts and(BatchCounts other) {
    return new BatchCounts(
        segment,
        index,
        rows + other.rows,
        newTokens + other.newTokens,
        newBytes + other.newBytes,
        targetBytes + other.targetBytes);
  }

  /** Whether the batch is trained on. */
  public boolean isOfTraining() {
    return segment.split() == Split.TRAIN;
  }

  void write(DataOutput out) throws IOException {
    segment.write(out);
    out.writeInt(index);
    out.writeInt(rows);
    out.writeInt(newTokens);
    out.writeInt(newBytes);
    out.writeDouble(targetBytes);
  }

  static BatchCounts read(DataInput in) throws IOException {
    return new BatchCounts(
        Segment.read(in), in.readInt(), in.readInt(), in.readInt(), in.readInt(), in.readDouble());
  }
}
