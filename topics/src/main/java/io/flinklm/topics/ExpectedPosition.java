package io.flinklm.topics;

import io.flinklm.topics.Continuation.Gap;
import io.flinklm.topics.Continuation.Taken;
import io.flinklm.topics.TextReading.Place;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The position of a lane's next token in its segment, and what another position means.
 *
 * <p>Where a position is ahead, either text was lost and the lane's text goes on behind the record,
 * or the position is wrong and it goes on where it was. The record is refused, and what comes next
 * decides: text at either place is taken.
 *
 * <p>Text that is refused where it was expected leaves a hole at the end. Until text behind it is
 * taken, text at a place in the hole is taken there: the refused record, mended and sent again.
 *
 * <p>Where text is known to be lost, a lane goes on wherever the next record does. Not thread safe.
 */
final class ExpectedPosition {
  private static final long NOWHERE = -1;

  private final long limit;
  private long next;

  // The other place where text may go on: behind the newest refused record that may have left a
  // hole ahead. Text that goes on at either place has decided, and there is no other place then.
  private long other;

  // Where the hole begins that ends at the next place; nowhere where text was taken last.
  private long hole = NOWHERE;

  // Whether text is known to be lost behind what was taken.
  private boolean lost;

  private ExpectedPosition(long limit, long next, long other) {
    this.limit = limit;
    this.next = next;
    this.other = other;
  }

  /** The first of a segment; from the limit on no position is believed. */
  static ExpectedPosition first(long limit) {
    return new ExpectedPosition(limit, 0, NOWHERE);
  }

  /** Any: nothing is known, and the lane goes on where the next record does. */
  static ExpectedPosition unknown(long limit) {
    return new ExpectedPosition(limit, NOWHERE, NOWHERE);
  }

  /** Begins another segment at a position. */
  void goOnAt(long position) {
    next = position;
    other = NOWHERE;
    hole = NOWHERE;
  }

  /** What text is that has this position, or {@link Place#FOLLOWS}; from here on it was there. */
  Continuation take(long given, int tokens) {
    if (next == NOWHERE) {
      return takeAnywhere(given, tokens);
    }
    boolean fills =
        tokens > 0 && hole != NOWHERE && given >= hole && given < next && given + tokens < limit;
    return fills ? takeIn(given, tokens) : takeBehind(given, tokens);
  }

  // Mended text may be shorter than what was refused: then the next record goes on behind the hole.
  private Continuation takeIn(long given, int tokens) {
    long end = next;
    goOnAt(given + tokens);
    other = given + tokens < end ? end : NOWHERE;
    lost = false;
    return new Taken(false, 0, false, end - given, 0, given);
  }

  private Continuation takeBehind(long given, int tokens) {
    boolean follows = given == Place.FOLLOWS;
    long position = follows ? next : given;
    long end = position + tokens;
    if (end >= limit || (position > next && position != other && !lost)) {
      String expected = other == NOWHERE ? "" + next : next + " or " + other;
      other = end;
      return new Gap(expected, position);
    }
    int repeated = (int) Math.min(tokens, Math.max(0, next - position));
    long missing = 0;
    // Without a position nothing shows that the refused text did not stand between the two.
    boolean unknown = follows && (lost || other != NOWHERE);
    if (repeated < tokens) {
      missing = Math.max(0, position - next);
      goOnAt(end);
      lost = false;
    }
    return new Taken(false, missing, missing > 0 || unknown, 0, repeated, position + repeated);
  }

  // One position shows nothing, and a second one that goes on behind it does.
  private Continuation takeAnywhere(long given, int tokens) {
    if (given == Place.FOLLOWS) {
      other = NOWHERE;
    } else if (given == other) {
      goOnAt(given + tokens);
    } else {
      other = given + tokens;
    }
    return new Taken(false, 0, false, 0, 0, given);
  }

  /**
   * Learns that text is refused, and so leaves a hole; at a place behind this one it leaves none.
   *
   * @return how many tokens of it the lane goes on behind
   */
  long refuse(long given, int tokens) {
    if (next == NOWHERE) {
      other = given == Place.FOLLOWS ? NOWHERE : given + tokens;
      return tokens;
    }
    long end = (given == Place.FOLLOWS ? next : given) + tokens;
    if (given > next) {
      other = end;
      return 0;
    }
    long passed = Math.max(0, end - next);
    if (passed > 0) {
      long begin = hole == NOWHERE ? next : hole;
      goOnAt(end);
      hole = begin;
    }
    return passed;
  }

  /** Learns that text is refused that may have been what comes next. */
  void mayGoOnBehind(int tokens) {
    if (next != NOWHERE) {
      other = Math.max(next, other) + tokens;
    }
  }

  void lose() {
    lost = true;
  }

  boolean isLost() {
    return lost;
  }

  void write(DataOutput out) throws IOException {
    out.writeLong(next);
    out.writeLong(other);
    out.writeLong(hole);
  }

  /** Reads what {@link #write} wrote; once there was no other place, and then no hole. */
  static ExpectedPosition read(long limit, boolean otherPlace, boolean ofHole, DataInput in)
      throws IOException {
    ExpectedPosition read =
        new ExpectedPosition(limit, in.readLong(), otherPlace ? in.readLong() : NOWHERE);
    read.hole = ofHole ? in.readLong() : NOWHERE;
    return read;
  }
}
