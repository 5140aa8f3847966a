package io.flinklm.replica;

import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Comparator;

/**
 * The steps that replicas take between two averages of their weights. Which round a batch belongs
 * to follows from its place alone, so that it is the same however many batches a replica has: round
 * {@code n} of a segment that is trained on has its batches {@code n * steps} to {@code (n + 1) *
 * steps - 1}. A segment that is only evaluated is one round. Behind all of them comes the end.
 *
 * @param segment of its batches
 * @param number of it in the segment, from 0
 */
public record Round(Segment segment, int number) implements Comparable<Round> {
  /** Where each training begins. */
  public static final Round FIRST = new Round(Segment.FIRST, 0);

  /** Where a replica is that will take no more batches. */
  public static final Round END = new Round(new Segment(Integer.MAX_VALUE, Split.VALID), 0);

  private static final Comparator<Round> ORDER =
      Comparator.comparing(Round::segment).thenComparingInt(Round::number);

  /**
   * The round of a place.
   *
   * @param steps in a round
   */
  static Round of(Turn turn, int steps) {
    boolean train = turn.segment().split() == Split.TRAIN;
    return new Round(turn.segment(), train ? turn.index() / steps : 0);
  }

  /** The next round of the same segment. */
  Round next() {
    return new Round(segment, number + 1);
  }

  /** Writes all of it. */
  public void write(DataOutput out) throws IOException {
    segment.write(out);
    out.writeInt(number);
  }

  /** Reads what {@link #write} wrote. */
  public static Round read(DataInput in) throws IOException {
    return new Round(Segment.read(in), in.readInt());
  }

  @Override
  public int compareTo(Round other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return equals(END) ? "the end" : segment + ", round " + number;
  }
}
