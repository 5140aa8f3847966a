package io.flinklm.train;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What came of a batch that was taken: trained on or scored. It is all that the books of a training
 * learn of a batch, so that they can be kept elsewhere than where it is trained.
 *
 * @param step steps done behind it
 * @param batch what it held
 * @param result of it; one that is not finite is of a step that was not taken
 * @param tested what the batch gave before it was trained on; null where that was not asked
 */
public record Taken(long step, BatchCounts batch, BatchResult result, BatchResult tested) {

  /** Whether its step gave NaN or infinity, and was not taken. */
  public boolean isRefused() {
    return batch.isOfTraining() && !result.isFinite();
  }

  /** What it gave before it was trained on, where that is for the books. */
  Optional<BatchResult> due() {
    return Optional.ofNullable(tested);
  }

  /**
   * What replicas made of their rows of the same place, as of one batch.
   *
   * @param of each that had rows there, in the order of the replicas; none of them refused, or all
   */
  public static Taken joined(List<Taken> of) {
    long step = of.stream().mapToLong(Taken::step).max().orElseThrow();
    BatchCounts batch = of.stream().map(Taken::batch).reduce(BatchCounts::and).orElseThrow();
    List<BatchResult> tested = new ArrayList<>();
    of.forEach(each -> each.due().ifPresent(tested::add));
    return new Taken(
        step,
        batch,
        BatchResult.joined(of.stream().map(Taken::result).toList()),
        tested.size() < of.size() ? null : BatchResult.joined(tested));
  }

  /** The same behind so many steps. */
  public Taken at(long other) {
    return new Taken(other, batch, result, tested);
  }

  /** Writes all of it, but for the losses of single rows. */
  public void write(DataOutput out) throws IOException {
    out.writeLong(step);
    batch.write(out);
    result.write(out);
    out.writeBoolean(tested != null);
    if (tested != null) {
      tested.write(out);
    }
  }

  /** Reads what {@link #write} wrote. */
  public static Taken read(DataInput in) throws IOException {
    return new Taken(
        in.readLong(),
        BatchCounts.read(in),
        BatchResult.read(in),
        in.readBoolean() ? BatchResult.read(in) : null);
  }
}
