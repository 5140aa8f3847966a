package io.flinklm.lane;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Comparator;

/**
 * How far training has come: the furthest batch that was made. A chunk behind it is late.
 *
 * @param segment of that batch
 * @param index of that batch
 */
public record Front(Segment segment, int index) implements Comparable<Front> {
  private static final Comparator<Front> ORDER =
      Comparator.comparing(Front::segment).thenComparingInt(Front::index);

  /** The front when a chunk is the furthest that is in a batch. */
  public static Front at(Chunk chunk) {
    return new Front(chunk.segment(), chunk.index());
  }

  /** Writes segment and index. */
  public void write(DataOutput out) throws IOException {
    segment.write(out);
    out.writeInt(index);
  }

  /** Reads what {@link #write} wrote. */
  public static Front read(DataInput in) throws IOException {
    return new Front(Segment.read(in), in.readInt());
  }

  @Override
  public int compareTo(Front other) {
    return ORDER.compare(this, other);
  }
}
