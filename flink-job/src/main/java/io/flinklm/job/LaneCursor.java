package io.flinklm.job;

import io.flinklm.Blob;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Segment;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * How far one lane's text has come: its segment, the position of the next token, and the tokens
 * that are in no chunk yet. Chunks begin at multiples of the window's length, so that behind a hole
 * a lane is in step with the others again. Not thread safe.
 */
final class LaneCursor {
  private static final String KIND = "CURS";

  // Version 1: segment, next position, fresh, hole, tokens.
  private static final int VERSION = 1;

  private final int lane;
  private final int bptt;
  private final boolean contiguous;
  private Segment segment = Segment.FIRST;
  private long next;
  private boolean fresh = true;
  private boolean hole;
  private int[] tokens = {};

  /**
   * A lane before its first record.
   *
   * @param bptt inputs in a window
   * @param contiguous whether a window begins with the last target of the one before, or behind it
   */
  LaneCursor(int lane, int bptt, boolean contiguous) {
    this.lane = lane;
    this.bptt = bptt;
    this.contiguous = contiguous;
  }

  /** Text that does not follow what came before it; the message says what was expected. */
  static final class MisplacedException extends Exception {
    private static final long serialVersionUID = 1;

    MisplacedException(String message) {
      super(message);
    }
  }

  /**
   * Takes the lane's next record and tells of the chunks and refusals that follow from it.
   *
   * @throws MisplacedException if it leaves a gap or belongs to a segment that is over; the refusal
   *     has been told
   */
  void accept(LaneText text, Consumer<LaneEvent> events) throws MisplacedException {
    if (text.segment() != null && text.segment().compareTo(segment) > 0) {
      end(events);
      segment = text.segment();
      next = 0;
      hole = false;
    }
    if (text.refusal() != null) {
      leaveHole(text, events);
    } else if (text.segment().compareTo(segment) < 0) {
      refuse(Reason.LATE, text.tokens().length, events);
      throw new MisplacedException(
          "late: lane " + lane + " is in " + segment + " already; this is " + text.segment());
    } else {
      place(text, events);
    }
  }

  /** Ends the segment: what does not fill a chunk is refused. */
  void end(Consumer<LaneEvent> events) {
    drop(Reason.TAIL, events);
  }

  // Refused text of another segment, or of a place that is behind us, leaves no hole here.
  private void leaveHole(LaneText text, Consumer<LaneEvent> events) {
    refuse(text.refusal().reason(), text.refusal().tokens(), events);
    boolean placed = text.segment() != null;
    long start = text.position() == LaneText.UNCHECKED ? next : text.position();
    long end = start + text.refusal().tokens();
    boolean tooFar = end / stride() >= Integer.MAX_VALUE;
    if (placed && (!text.segment().equals(segment) || end <= next || tooFar)) {
      return;
    }
    drop(Reason.BESIDE_A_HOLE, events);
    hole = true;
    if (placed) {
      next = end;
    }
  }

  private void place(LaneText text, Consumer<LaneEvent> events) throws MisplacedException {
    int length = text.tokens().length;
    long position = text.position() == LaneText.UNCHECKED ? next : text.position();
    // Windows are counted by an int; no text gets there, only a wrong header.
    boolean tooFar = (position + length) / stride() >= Integer.MAX_VALUE;
    if (tooFar || (position > next && !hole)) {
      long expected = next;
      refuse(Reason.GAP, length, events);
      drop(Reason.BESIDE_A_HOLE, events);
      next = tooFar ? next : position + length;
      throw new MisplacedException(
          "gap: lane "
              + lane
              + ", "
              + segment
              + ", expected position "
              + expected
              + ", found "
              + position);
    }
    int repeated = (int) Math.min(length, Math.max(0, next - position));
    refuse(Reason.REPEATED, repeated, events);
    if (repeated < length) {
      next = Math.max(next, position);
      hole = false;
      append(Arrays.copyOfRange(text.tokens(), repeated, length), events);
    }
  }

  private void append(int[] more, Consumer<LaneEvent> events) {
    int untilBorder = tokens.length == 0 ? (int) ((stride() - next % stride()) % stride()) : 0;
    int skipped = Math.min(untilBorder, more.length);
    refuse(Reason.BESIDE_A_HOLE, skipped, events);
    next += more.length;
    int kept = tokens.length;
    tokens = Arrays.copyOf(tokens, kept + more.length - skipped);
    System.arraycopy(more, skipped, tokens, kept, more.length - skipped);
    cutChunks(events);
  }

  private void cutChunks(Consumer<LaneEvent> events) {
    long start = next - tokens.length;
    int from = 0;
    for (; tokens.length - from > bptt; from += stride()) {
      int index = Math.toIntExact((start + from) / stride());
      int[] window = Arrays.copyOfRange(tokens, from, from + bptt + 1);
      events.accept(LaneEvent.of(new Chunk(lane, segment, index, fresh, window)));
      fresh = !contiguous;
    }
    tokens = Arrays.copyOfRange(tokens, from, tokens.length);
  }

  private int stride() {
    return contiguous ? bptt : bptt + 1;
  }

  // The first token of what follows a chunk was that chunk's last target: it has been counted.
  private void drop(Reason reason, Consumer<LaneEvent> events) {
    refuse(reason, fresh ? tokens.length : tokens.length - 1, events);
    tokens = new int[0];
    fresh = true;
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
          out.writeBoolean(fresh);
          out.writeBoolean(hole);
          out.writeInt(tokens.length);
          for (int token : tokens) {
            out.writeInt(token);
          }
        });
  }

  /** Reads what {@link #write} wrote. */
  static LaneCursor read(int lane, int bptt, boolean contiguous, byte[] blob) {
    return Blob.read(
        KIND,
        VERSION,
        blob,
        (in, version) -> {
          LaneCursor cursor = new LaneCursor(lane, bptt, contiguous);
          cursor.segment = Segment.read(in);
          cursor.next = in.readLong();
          cursor.fresh = in.readBoolean();
          cursor.hole = in.readBoolean();
          cursor.tokens = new int[in.readInt()];
          for (int i = 0; i < cursor.tokens.length; i++) {
            cursor.tokens[i] = in.readInt();
          }
          return cursor;
        });
  }
}
