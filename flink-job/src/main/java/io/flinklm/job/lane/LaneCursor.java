package io.flinklm.job.lane;

import io.flinklm.Blob;
import io.flinklm.job.wire.LaneEvent;
import io.flinklm.job.wire.LaneText;
import io.flinklm.job.wire.RecordPlace;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Segment;
import io.flinklm.topics.DoubtedSegment;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How far one lane's text has come: its segment, the position of the next token, the partition that
 * it comes from, and the tokens that are in no chunk yet.
 *
 * <p>Where a position is ahead of the next one, either text was lost and the lane's text goes on
 * behind the record, or the position is wrong and it goes on where it was. The record is refused,
 * and what comes next decides: text at either place is taken. At the first it follows what was
 * taken before, as if nothing had come between; at the second it starts fresh. A segment far ahead
 * is believed likewise, when a second record goes on in it: {@link DoubtedSegment}. So is the next
 * segment where the record that names it is refused: no such record moves its lane there.
 *
 * <p>Where text of its partition is known to be lost, a lane goes on wherever the next record does,
 * and starts fresh, unless that record shows by its position that nothing is missing.
 *
 * <p>Partitions are read side by side, so nothing says how text of one lies to that of another.
 * Text without a position that comes from another partition than the lane's text before it starts
 * fresh. Not thread safe.
 */
public final class LaneCursor {
  private static final String KIND = "CURS";

  // Version 1: segment, next position, fresh, whether text may go on at any place ahead, tokens.
  // Version 2: segment, next position, place behind the hole, fresh, tokens.
  // Version 3: segment, next position, place behind the hole, doubted segment, partition, fresh,
  // tokens.
  // Version 4: the same with whether text is lost, behind the partition.
  private static final int VERSION = 4;

  private static final long NOWHERE = -1;
  private static final int NO_PARTITION = -1;

  private final int lane;
  private final OpenChunk open;
  private Segment segment = Segment.FIRST;
  private long next;

  // The other place where text may go on: behind the newest refused record that may have left a
  // hole ahead. Text that goes on at either place has decided, and there is no other place then.
  private long behindHole = NOWHERE;
  private final DoubtedSegment doubted = new DoubtedSegment();

  // That of the newest text that was taken; none where nothing was, or by an older build.
  private int partition = NO_PARTITION;

  // Whether text of the partition is lost behind what was taken.
  private boolean lost;

  /**
   * A lane before its first record.
   *
   * @param bptt inputs in a window
   * @param contiguous whether a window begins with the last target of the one before, or behind it
   */
  public LaneCursor(int lane, int bptt, boolean contiguous) {
    this.lane = lane;
    this.open = new OpenChunk(lane, bptt, contiguous);
  }

  /** Text that does not follow what came before it; the message says what was expected. */
  public static final class MisplacedException extends Exception {
    private static final long serialVersionUID = 1;

    MisplacedException(String message) {
      super(message);
    }
  }

  /**
   * Takes the lane's next record and tells of the chunks and refusals that follow from it.
   *
   * @return where the record lies; empty where none of its tokens was taken
   * @throws MisplacedException if it leaves a gap or belongs to a segment that is over; the refusal
   *     has been told
   */
  public Optional<RecordPlace> accept(LaneText text, Consumer<LaneEvent> events)
      throws MisplacedException {
    if (text.segment() != null && text.segment().compareTo(segment) > 0) {
      boolean confirmed = confirms(text);
      if (text.refusal() != null || !(confirmed || begins(text))) {
        doubt(text, events);
        return Optional.empty();
      }
      end(events);
      segment = text.segment();
      next = confirmed ? doubted.next() : 0;
      behindHole = NOWHERE;
      doubted.forget();
    }
    if (text.refusal() != null) {
      refuse(text.refusal().reason(), text.refusal().tokens(), events);
      leaveHole(text, events);
      return Optional.empty();
    } else if (text.segment().compareTo(segment) < 0) {
      refuse(Reason.LATE, text.tokens().length, events);
      throw new MisplacedException(
          "late: lane " + lane + " is in " + segment + " already; this is " + text.segment());
    } else {
      return place(text, events);
    }
  }

  /**
   * Whether text is of another partition than the text before it, and does not say where it lies.
   */
  boolean leavesPartition(LaneText text) {
    return text.position() == LaneText.UNCHECKED
        && text.record() != null
        && partition != NO_PARTITION
        && text.record().partition() != partition;
  }

  /**
   * Learns that text of a partition is lost before what comes next.
   *
   * @return whether it may be text of this lane
   */
  boolean loses(int of) {
    boolean own = partition == of || partition == NO_PARTITION;
    lost |= own;
    return own;
  }

  private boolean confirms(LaneText text) {
    return doubted.isConfirmedBy(text.segment(), text.position())
        && open.reaches(doubted.next() + tokens(text));
  }

  // A record of the next segment is believed where that begins; one that is refused leaves its lane
  // where it is.
  private boolean begins(LaneText text) {
    return !DoubtedSegment.isFar(text.segment(), segment)
        && (lost || text.position() <= 0)
        && open.reaches(Math.max(0, text.position()) + tokens(text));
  }

  // Where its segment is far ahead, it may be a record of the lane's own segment, or not.
  private void doubt(LaneText text, Consumer<LaneEvent> events) throws MisplacedException {
    refuse(text.refusal() == null ? Reason.GAP : text.refusal().reason(), tokens(text), events);
    long expected = text.segment().equals(doubted.segment()) ? doubted.next() : 0;
    doubted.name(text.segment(), text.position(), tokens(text));
    boolean far = DoubtedSegment.isFar(text.segment(), segment);
    if (far) {
      behindHole = Math.max(next, behindHole) + tokens(text);
    }
    if (text.refusal() == null && !far) {
      throw new MisplacedException(
          gap(text.segment(), "" + expected, Math.max(0, text.position())));
    }
    if (text.refusal() == null) {
      throw new MisplacedException(
          "gap: lane "
              + lane
              + " is in "
              + segment
              + "; this is "
              + text.segment()
              + ", and no record before it was, behind which it goes on");
    }
  }

  private static int tokens(LaneText text) {
    return text.refusal() == null ? text.tokens().length : text.refusal().tokens();
  }

  /** Ends the segment: what does not fill a chunk is refused. */
  void end(Consumer<LaneEvent> events) {
    open.drop(Reason.TAIL, events);
  }

  // Refused text of another segment, or of a place that is behind us, leaves no hole here.
  private void leaveHole(LaneText text, Consumer<LaneEvent> events) {
    int length = text.refusal().tokens();
    if (text.segment() == null) {
      behindHole = Math.max(next, behindHole) + length;
    } else if (text.segment().equals(segment)) {
      long position = position(text);
      if (position > next) {
        behindHole = position + length;
      } else if (position + length > next) {
        open.drop(Reason.BESIDE_A_HOLE, events);
        next = position + length;
        behindHole = NOWHERE;
      }
    }
  }

  private Optional<RecordPlace> place(LaneText text, Consumer<LaneEvent> events)
      throws MisplacedException {
    int length = text.tokens().length;
    long position = position(text);
    long end = position + length;
    if (!open.reaches(end) || (position > next && position != behindHole && !lost)) {
      String expected = behindHole == NOWHERE ? "" + next : next + " or " + behindHole;
      refuse(Reason.GAP, length, events);
      behindHole = end;
      throw new MisplacedException(gap(segment, expected, position));
    }
    int repeated = (int) Math.min(length, Math.max(0, next - position));
    refuse(Reason.REPEATED, repeated, events);
    if (repeated < length) {
      // Without a position nothing shows that the refused text did not stand between the two.
      boolean unknown = text.position() == LaneText.UNCHECKED && (lost || behindHole != NOWHERE);
      if (position > next || unknown || leavesPartition(text)) {
        open.drop(Reason.BESIDE_A_HOLE, events);
      }
      int[] rest = Arrays.copyOfRange(text.tokens(), repeated, length);
      open.append(segment, position + repeated, rest, events);
      next = end;
      behindHole = NOWHERE;
      doubted.forget();
      lost = false;
      partition = text.record() == null ? NO_PARTITION : text.record().partition();
      return Optional.of(RecordPlace.of(text, segment, position + repeated, end));
    }
    return Optional.empty();
  }

  private String gap(Segment of, String expected, long position) {
    return "gap: lane "
        + lane
        + ", "
        + of
        + ", expected position "
        + expected
        + ", found "
        + position;
  }

  private long position(LaneText text) {
    return text.position() == LaneText.UNCHECKED ? next : text.position();
  }

  private void refuse(Reason reason, int count, Consumer<LaneEvent> events) {
    if (count > 0) {
      events.accept(LaneEvent.of(lane, new Refusal(reason, count)));
    }
  }

  /** All of it as a blob. */
  byte[] write() {
    return Blob.write(
        KIND,
        VERSION,
        out -> {
          segment.write(out);
          out.writeLong(next);
          out.writeLong(behindHole);
          doubted.write(out);
          out.writeInt(partition);
          out.writeBoolean(lost);
          open.write(out);
        });
  }

  /** Reads what {@link #write} wrote, in this version or an older one. */
  static LaneCursor read(int lane, int bptt, boolean contiguous, byte[] blob) {
    return Blob.read(
        KIND,
        VERSION,
        blob,
        (in, version) -> {
          LaneCursor cursor = new LaneCursor(lane, bptt, contiguous);
          cursor.segment = Segment.read(in);
          cursor.next = in.readLong();
          cursor.behindHole = version == 1 ? NOWHERE : in.readLong();
          if (version > 2) {
            cursor.doubted.read(in);
            cursor.partition = in.readInt();
          }
          cursor.lost = version > 3 && in.readBoolean();
          cursor.open.read(in, version);
          return cursor;
        });
  }
}
