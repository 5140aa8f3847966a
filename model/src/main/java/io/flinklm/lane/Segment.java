package io.flinklm.lane;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * One pass of a lane over contiguous text. A segment starts from a zero hidden state: it is the
 * chapter's {@code ModelResetter} as data.
 *
 * @param epoch the pass over the whole text, from 0
 * @param split the part of the text
 */
public record Segment(int epoch, Split split) implements Comparable<Segment> {
  /** What text without headers belongs to. */
  public static final Segment FIRST = new Segment(0, Split.TRAIN);

  public Segment {
    if (epoch < 0) {
      throw new IllegalArgumentException("epoch " + epoch + " is negative");
    }
  }

  /** Writes epoch and split. */
  public void write(DataOutput out) throws IOException {
    out.writeInt(epoch);
    out.writeUTF(split.label());
  }

  /** Reads what {@link #write} wrote. */
  public static Segment read(DataInput in) throws IOException {
    return new Segment(in.readInt(), Split.of(in.readUTF()));
  }

  @Override
  public int compareTo(Segment other) {
    int order = Integer.compare(epoch, other.epoch);
    return order != 0 ? order : split.compareTo(other.split);
  }

  @Override
  public String toString() {
    return "epoch " + epoch + " " + split.label();
  }
}
