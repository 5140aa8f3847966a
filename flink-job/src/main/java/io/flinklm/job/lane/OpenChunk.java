package io.flinklm.job.lane;

import io.flinklm.job.wire.LaneEvent;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.ChunkBytes;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Windows;
import io.flinklm.text.TextTokens;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

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

  // Bytes that each of them takes.
  private int[] lengths = {};

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
  void append(Segment segment, long position, TextTokens text, Consumer<LaneEvent> events) {
    int size = text.ids().length;
    int untilBorder =
        tokens.length == 0 ? (int) ((cut.stride() - position % cut.stride()) % cut.stride()) : 0;
    int skipped = Math.min(untilBorder, size);
    refuse(Reason.BESIDE_A_HOLE, text.lengths(), 0, skipped, events);
    int kept = tokens.length;
    tokens = append(text.ids(), skipped, tokens);
    lengths = append(text.lengths(), skipped, lengths);
    cut(segment, position + skipped - kept, events);
  }

  private static int[] append(int[] more, int from, int[] all) {
    int[] joined = Arrays.copyOf(all, all.length + more.length - from);
    System.arraycopy(more, from, joined, all.length, more.length - from);
    return joined;
  }

  private void cut(Segment segment, long start, Consumer<LaneEvent> events) {
    int from = 0;
    for (; tokens.length - from >= cut.length(); from += cut.stride()) {
      int index = Math.toIntExact((start + from) / cut.stride());
      int[] window = Arrays.copyOfRange(tokens, from, from + cut.length());
      ChunkBytes bytes = ChunkBytes.of(lengths, from, from + cut.length());
      events.accept(LaneEvent.of(new Chunk(lane, segment, index, fresh, window, bytes)));
      fresh = !cut.contiguous();
    }
    tokens = Arrays.copyOfRange(tokens, from, tokens.length);
    lengths = Arrays.copyOfRange(lengths, from, lengths.length);
  }

  /** Refuses what is in here; what comes next starts fresh. */
  void drop(Reason reason, Consumer<LaneEvent> events) {
    // The first token of what follows a chunk was that chunk's last target: it has been counted.
    refuse(reason, lengths, fresh ? 0 : 1, lengths.length, events);
    tokens = new int[0];
    lengths = new int[0];
    fresh = true;
  }

  private void refuse(Reason reason, int[] of, int from, int to, Consumer<LaneEvent> events) {
    if (from < to) {
      int bytes = Arrays.stream(of, from, to).sum();
      events.accept(LaneEvent.of(lane, new Refusal(reason, to - from, bytes)));
    }
  }

  void write(DataOutput out) throws IOException {
    out.writeBoolean(fresh);
    out.writeInt(tokens.length);
    for (int token : tokens) {
      out.writeInt(token);
    }
    for (int length : lengths) {
      out.writeInt(length);
    }
  }

  /**
   * Reads what was written in a format version of {@link LaneCursor}.
   *
   * @param length bytes of a token, by id, for versions without them
   */
  void read(DataInput in, int version, IntUnaryOperator length) throws IOException {
    fresh = in.readBoolean();
    if (version == 1) {
      // Whether text at any place ahead is taken: now it is where the cursor says, or a gap.
      in.readBoolean();
    }
    tokens = new int[in.readInt()];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = in.readInt();
    }
    lengths = new int[tokens.length];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = version > 4 ? in.readInt() : length.applyAsInt(tokens[i]);
    }
  }
}
