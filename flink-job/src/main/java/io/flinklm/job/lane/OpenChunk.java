package io.flinklm.job.lane;

import io.flinklm.job.wire.LaneEvent;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Windows;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The chunk of one lane that is not full yet: text goes in, full chunks come out. Chunks begin at
 * multiples of the window's length, so that behind a hole a lane is in step with the others again.
 * Not thread safe.
 */
final class OpenChunk {
  private final int lane;
  private final Windows cut;
  private boolean fresh = true;
  private int[] tokens = {};

  /** Empty, at the start of a segment; the parameters are those of {@link LaneCursor}. */
  OpenChunk(int lane, Windows cut) {
    this.lane = lane;
    this.cut = cut;
  }

  /** The position from which on windows are too many to be counted, which is done by an int. */
  long limit() {
    return (long) cut.stride() * Integer.MAX_VALUE;
  }

  /**
   * Takes text that follows what is in here, or begins at any place if nothing is.
   *
   * @param position in the segment of its first token
   */
  void append(Segment segment, long position, int[] text, Consumer<LaneEvent> events) {
    int untilBorder =
        tokens.length == 0 ? (int) ((cut.stride() - position % cut.stride()) % cut.stride()) : 0;
    int skipped = Math.min(untilBorder, text.length);
    refuse(Reason.BESIDE_A_HOLE, skipped, events);
    int kept = tokens.length;
    tokens = Arrays.copyOf(tokens, kept + text.length - skipped);
    System.arraycopy(text, skipped, tokens, kept, text.length - skipped);
    cut(segment, position + skipped - kept, events);
  }

  private void cut(Segment segment, long start, Consumer<LaneEvent> events) {
    int from = 0;
    for (; tokens.length - from >= cut.length(); from += cut.stride()) {
      int index = Math.toIntExact((start + from) / cut.stride());
      int[] window = Arrays.copyOfRange(tokens, from, from + cut.length());
      events.accept(LaneEvent.of(new Chunk(lane, segment, index, fresh, window)));
      fresh = !cut.contiguous();
    }
    tokens = Arrays.copyOfRange(tokens, from, tokens.length);
  }

  /** Refuses what is in here; what comes next starts fresh. */
  void drop(Reason reason, Consumer<LaneEvent> events) {
    // The first token of what follows a chunk was that chunk's last target: it has been counted.
    refuse(reason, fresh ? tokens.length : tokens.length - 1, events);
    tokens = new int[0];
    fresh = true;
  }

  private void refuse(Reason reason, int count, Consumer<LaneEvent> events) {
    if (count > 0) {
      events.accept(LaneEvent.of(lane, new Refusal(reason, count)));
    }
  }

  void write(DataOutput out) throws IOException {
    out.writeBoolean(fresh);
    out.writeInt(tokens.length);
    for (int token : tokens) {
      out.writeInt(token);
    }
  }

  /** Reads what was written in a format version of {@link LaneCursor}. */
  void read(DataInput in, int version) throws IOException {
    fresh = in.readBoolean();
    if (version == 1) {
      // Whether text at any place ahead is taken: now it is where the cursor says, or a gap.
      in.readBoolean();
    }
    tokens = new int[in.readInt()];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = in.readInt();
    }
  }
}
