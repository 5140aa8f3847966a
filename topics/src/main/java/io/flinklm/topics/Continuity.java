package io.flinklm.topics;

import io.flinklm.lane.Segment;
import io.flinklm.topics.Continuation.FarAhead;
import io.flinklm.topics.Continuation.Gap;
import io.flinklm.topics.Continuation.Late;
import io.flinklm.topics.Continuation.Taken;
import io.flinklm.topics.TextReading.Place;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;

/**
 * Which text of a lane goes on behind which: the one rule of gaps. It knows the lane's segment and
 * the position of the next token in it.
 *
 * <p>A position that is not the next one means what {@link ExpectedPosition} says. A segment far
 * ahead is believed when a second record goes on in it: {@link DoubtedSegment}. So is the next
 * segment where the record that names it is refused: no such record moves its lane there. Not
 * thread safe.
 */
public final class Continuity {
  /** Limit of one who believes every position. */
  public static final long NO_LIMIT = Long.MAX_VALUE;

  private final long limit;
  private final ExpectedPosition expected;
  private final DoubtedSegment doubted = new DoubtedSegment();
  private Segment segment;

  private Continuity(long limit, Segment segment, ExpectedPosition expected) {
    this.limit = limit;
    this.segment = segment;
    this.expected = expected;
  }

  /**
   * Of a lane before its first record.
   *
   * @param limit position from which on none is believed
   */
  public static Continuity atTheBeginning(long limit) {
    return new Continuity(limit, Segment.FIRST, ExpectedPosition.first(limit));
  }

  /** Of a lane in this segment, nobody knows where; it goes on where the next record does. */
  public static Continuity somewhereIn(Segment segment) {
    return new Continuity(NO_LIMIT, segment, ExpectedPosition.unknown(NO_LIMIT));
  }

  /** Finds what the lane's next record is; what is not taken may be right nevertheless. */
  public Continuation take(Place place, int tokens) {
    int order = place.segment().compareTo(segment);
    if (order < 0) {
      return new Late();
    }
    if (order > 0) {
      return takeAhead(place, tokens);
    }
    Continuation continuation = expected.take(place.position(), tokens);
    if (continuation instanceof Taken taken && taken.repeated() < tokens) {
      doubted.forget();
    }
    return continuation;
  }

  private Continuation takeAhead(Place place, int tokens) {
    boolean far = DoubtedSegment.isFar(place.segment(), segment);
    boolean confirmed =
        doubted.isConfirmedBy(place.segment(), place.position()) && doubted.next() + tokens < limit;
    if (!confirmed && (far || !begins(place, tokens))) {
      long behind = place.segment().equals(doubted.segment()) ? doubted.next() : 0;
      doubt(place, tokens);
      return far ? new FarAhead() : new Gap("" + behind, Math.max(0, place.position()));
    }
    long before = confirmed ? doubted.next() : 0;
    segment = place.segment();
    doubted.forget();
    expected.goOnAt(before);
    Taken taken = (Taken) expected.take(place.position(), tokens);
    return taken.inAnotherSegment(far ? 0 : before);
  }

  // The next segment is believed where it begins.
  private boolean begins(Place place, int tokens) {
    return (expected.isLost() || place.position() <= 0)
        && Math.max(0, place.position()) + tokens < limit;
  }

  /**
   * Learns that the lane's next record is refused for what it is, and may leave a hole.
   *
   * @param place empty where it is not known
   * @return how many tokens of it the lane goes on behind
   */
  public long refuse(Optional<Place> place, int tokens) {
    if (place.isEmpty()) {
      expected.mayGoOnBehind(tokens);
      return 0;
    }
    int order = place.get().segment().compareTo(segment);
    if (order > 0) {
      doubt(place.get(), tokens);
    }
    return order == 0 ? expected.refuse(place.get().position(), tokens) : 0;
  }

  private void doubt(Place place, int tokens) {
    doubted.name(place.segment(), place.position(), tokens);
    // It may be a record of the lane's own segment with a wrong header, or not.
    if (DoubtedSegment.isFar(place.segment(), segment)) {
      expected.mayGoOnBehind(tokens);
    }
  }

  /** Learns that text is lost before what comes next. */
  public void lose() {
    expected.lose();
  }

  /** Whether text is lost before what comes next. */
  public boolean isLost() {
    return expected.isLost();
  }

  /** The segment that the lane is in. */
  public Segment segment() {
    return segment;
  }

  /** Writes all but the segment, which stands before it, and whether text is lost. */
  public void write(DataOutput out) throws IOException {
    expected.write(out);
    doubted.write(out);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param ofHole whether it was written since there are holes at the end
   */
  public static Continuity read(long limit, Segment segment, boolean ofHole, DataInput in)
      throws IOException {
    Continuity read =
        new Continuity(limit, segment, ExpectedPosition.read(limit, true, ofHole, in));
    read.doubted.read(in);
    return read;
  }

  /** Reads what was written before there was a doubted segment, or even another place. */
  public static Continuity readOld(long limit, Segment segment, boolean otherPlace, DataInput in)
      throws IOException {
    return new Continuity(limit, segment, ExpectedPosition.read(limit, otherPlace, false, in));
  }
}
