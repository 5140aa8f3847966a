package io.flinklm.job.wire;

import io.flinklm.lane.Segment;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Comparator;

/**
 * Contiguous text of one lane or stream, in which positions are counted from 0: a segment of a
 * lane, or all that a stream has from one beginning to its end. Those of one owner are in order.
 *
 * @param owner of the text
 * @param segment of a lane; the first for a stream
 * @param began the time of the first record of a stream; 0 for a lane
 */
public record TextRun(TextOwner owner, Segment segment, long began) implements Comparable<TextRun> {
  private static final Comparator<TextRun> ORDER =
      Comparator.comparing(TextRun::segment).thenComparingLong(TextRun::began);

  /** A lane's. */
  public static TextRun of(int lane, Segment segment) {
    return new TextRun(TextOwner.lane(lane), segment, 0);
  }

  /** A stream's. */
  public static TextRun of(String stream, long began) {
    return new TextRun(TextOwner.stream(stream), Segment.FIRST, began);
  }

  /** Writes all but the owner. */
  public void write(DataOutput out) throws IOException {
    segment.write(out);
    out.writeLong(began);
  }

  /** Reads what {@link #write} wrote. */
  public static TextRun read(TextOwner owner, DataInput in) throws IOException {
    return new TextRun(owner, Segment.read(in), in.readLong());
  }

  @Override
  public int compareTo(TextRun other) {
    return ORDER.compare(this, other);
  }
}
