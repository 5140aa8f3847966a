package io.flinklm.topics;

import io.flinklm.lane.Segment;
import io.flinklm.topics.TextReading.Place;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A segment ahead of a lane's that one record has named, and that is believed when a second one
 * goes on behind it there. The first was refused, or named a segment far ahead: one far epoch in a
 * header is mostly a mistake, and following it would make all the correct text behind it late. Far
 * is what is more than one epoch ahead. Not thread safe.
 */
public final class DoubtedSegment {
  private Segment named;
  private long next;

  /** Whether a segment is so far ahead of a lane's that one record is not enough. */
  public static boolean isFar(Segment segment, Segment ofLane) {
    return (long) segment.epoch() - ofLane.epoch() > 1;
  }

  /** Whether text goes on in it behind the record that named it. */
  public boolean isConfirmedBy(Segment segment, long position) {
    return segment.equals(named) && (position == Place.FOLLOWS || position == next);
  }

  /** Takes a record that names it. */
  public void name(Segment segment, long position, int tokens) {
    // Without positions, refused text of it follows refused text.
    long before = segment.equals(named) ? next : 0;
    named = segment;
    next = (position == Place.FOLLOWS ? before : position) + tokens;
  }

  /** The segment; null if there is none. */
  public Segment segment() {
    return named;
  }

  /** The place behind the record that named it. */
  public long next() {
    return next;
  }

  /** Text has gone on elsewhere. */
  public void forget() {
    named = null;
    next = 0;
  }

  /** Writes it. */
  public void write(DataOutput out) throws IOException {
    out.writeBoolean(named != null);
    if (named != null) {
      named.write(out);
      out.writeLong(next);
    }
  }

  /** Reads what {@link #write} wrote. */
  public void read(DataInput in) throws IOException {
    if (in.readBoolean()) {
      named = Segment.read(in);
      next = in.readLong();
    }
  }
}
