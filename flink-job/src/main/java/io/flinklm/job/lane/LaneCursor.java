package io.flinklm.job.lane;

import io.flinklm.Blob;
import io.flinklm.job.wire.LaneEvent;
import io.flinklm.job.wire.LaneText;
import io.flinklm.job.wire.LaneText.Refused;
import io.flinklm.job.wire.LaneText.Tokens;
import io.flinklm.job.wire.RecordPlace;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Windows;
import io.flinklm.text.TextTokens;
import io.flinklm.topics.Continuation;
import io.flinklm.topics.Continuation.Late;
import io.flinklm.topics.Continuation.Taken;
import io.flinklm.topics.Continuity;
import io.flinklm.topics.DeadLetterHeaders;
import io.flinklm.topics.TextReading.Place;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/**
 * How far one lane's text has come: where it goes on, the partition that it comes from, and the
 * tokens that are in no chunk yet.
 *
 * <p>{@link Continuity} says which text goes on. Text that does not is refused; text that may lie
 * behind a hole starts fresh, as if nothing had come before it.
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
  // Version 5: the same with the bytes of the tokens, behind these.
  // Version 6: the same with where the hole at the end begins, behind the place behind the hole.
  private static final int VERSION = 6;

  private static final int NO_PARTITION = -1;

  private final int lane;
  private final OpenChunk open;
  private final Continuity continuity;

  // That of the newest text that was taken; none where nothing was, or by an older build.
  private int partition = NO_PARTITION;

  /**
   * A lane before its first record.
   *
   * @param cut how its text is cut into windows
   */
  public LaneCursor(int lane, Windows cut) {
    this.lane = lane;
    this.open = new OpenChunk(lane, cut);
    this.continuity = Continuity.atTheBeginning(open.limit());
  }

  private LaneCursor(int lane, OpenChunk open, Continuity continuity) {
    this.lane = lane;
    this.open = open;
    this.continuity = continuity;
  }

  /**
   * Takes the lane's next record and tells of the chunks and refusals that follow from it.
   *
   * @return where the record lies; empty where none of its tokens was taken
   * @throws MisplacedException if it leaves a gap or belongs to a segment that is over; the refusal
   *     has been told
   */
  public Optional<RecordPlace> accept(LaneText.OfLane text, Consumer<LaneEvent> events)
      throws MisplacedException {
    if (text instanceof Refused refused) {
      Refusal refusal = refused.refusal();
      refuse(refusal.reason(), refusal.tokens(), refusal.bytes(), events);
      if (continuity.refuse(refused.place(), refusal.tokens()) > 0) {
        open.drop(Reason.BESIDE_A_HOLE, events);
      }
      return Optional.empty();
    }
    return accept((Tokens) text, events);
  }

  private Optional<RecordPlace> accept(Tokens text, Consumer<LaneEvent> events)
      throws MisplacedException {
    Segment before = continuity.segment();
    int length = text.tokens().length;
    Continuation continuation = continuity.take(text.place(), length);
    if (continuation instanceof Taken taken) {
      return take(text, taken, events);
    }
    Reason reason = continuation instanceof Late ? Reason.LATE : Reason.GAP;
    refuse(reason, length, text.bytes(length), events);
    throw MisplacedException.of(lane, text.place().segment(), before, continuation);
  }

  private Optional<RecordPlace> take(Tokens text, Taken taken, Consumer<LaneEvent> events)
      throws MisplacedException {
    if (taken.enters()) {
      end(events);
    }
    int length = text.tokens().length;
    if (length == 0) {
      refuse(Reason.NO_TOKEN, 0, text.bytes(0), events);
      return Optional.empty();
    }
    int repeated = taken.repeated();
    if (repeated == length && isRedelivered(text)) {
      refuse(Reason.LATE, length, text.bytes(length), events);
      throw MisplacedException.ofRedelivered(lane, continuity.segment(), text.place().position());
    }
    refuse(Reason.REPEATED, repeated, text.bytes(repeated), events);
    if (repeated == length) {
      return Optional.empty();
    }
    if (taken.behindHole() || leavesPartition(text)) {
      open.drop(Reason.BESIDE_A_HOLE, events);
    }
    Segment segment = continuity.segment();
    open.append(segment, taken.from(), rest(text, repeated), events);
    partition = text.record() == null ? NO_PARTITION : text.record().partition();
    return Optional.of(
        RecordPlace.of(text, segment, taken.from(), taken.from() + length - repeated));
  }

  // What it was at first was refused, so its tokens were not there before.
  private static boolean isRedelivered(Tokens text) {
    return text.record() != null
        && text.record().header(DeadLetterHeaders.REDELIVERED_FROM) != null;
  }

  private static TextTokens rest(Tokens text, int repeated) {
    int length = text.tokens().length;
    return repeated == 0
        ? new TextTokens(text.tokens(), text.lengths())
        : new TextTokens(
            Arrays.copyOfRange(text.tokens(), repeated, length),
            Arrays.copyOfRange(text.lengths(), repeated, length));
  }

  /**
   * Whether text is of another partition than the text before it, and does not say where it lies.
   */
  boolean leavesPartition(LaneText.OfLane text) {
    return !isPlaced(text)
        && text.record() != null
        && partition != NO_PARTITION
        && text.record().partition() != partition;
  }

  private static boolean isPlaced(LaneText.OfLane text) {
    Optional<Place> place =
        text instanceof Tokens tokens ? Optional.of(tokens.place()) : ((Refused) text).place();
    return place.isPresent() && place.get().position() != Place.FOLLOWS;
  }

  /**
   * Learns that text of a partition is lost before what comes next.
   *
   * @return whether it may be text of this lane
   */
  boolean loses(int of) {
    boolean own = partition == of || partition == NO_PARTITION;
    if (own) {
      continuity.lose();
    }
    return own;
  }

  /** Ends the segment: what does not fill a chunk is refused. */
  void end(Consumer<LaneEvent> events) {
    open.drop(Reason.TAIL, events);
  }

  private void refuse(Reason reason, int tokens, int bytes, Consumer<LaneEvent> events) {
    if (tokens > 0 || bytes > 0) {
      events.accept(LaneEvent.of(lane, new Refusal(reason, tokens, bytes)));
    }
  }

  /** All of it as a blob. */
  byte[] write() {
    return Blob.write(
        KIND,
        VERSION,
        out -> {
          continuity.segment().write(out);
          continuity.write(out);
          out.writeInt(partition);
          out.writeBoolean(continuity.isLost());
          open.write(out);
        });
  }

  /**
   * Reads what {@link #write} wrote, in this version or an older one.
   *
   * @param length bytes of a token, by id, for versions that do not have them
   */
  static LaneCursor read(int lane, Windows cut, IntUnaryOperator length, byte[] blob) {
    return Blob.read(
        KIND,
        VERSION,
        blob,
        (in, version) -> {
          OpenChunk open = new OpenChunk(lane, cut);
          Segment segment = Segment.read(in);
          Continuity continuity =
              version > 2
                  ? Continuity.read(open.limit(), segment, version > 5, in)
                  : Continuity.readOld(open.limit(), segment, version == 2, in);
          LaneCursor cursor = new LaneCursor(lane, open, continuity);
          if (version > 2) {
            cursor.partition = in.readInt();
          }
          if (version > 3 && in.readBoolean()) {
            continuity.lose();
          }
          open.read(in, version, length);
          return cursor;
        });
  }
}
