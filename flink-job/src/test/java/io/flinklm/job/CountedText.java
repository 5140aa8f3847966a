package io.flinklm.job;

import io.flinklm.job.record.TextRecord;
import io.flinklm.job.wire.LaneEvent;
import io.flinklm.job.wire.LaneText;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Segment;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Text of one lane, windows of four. The token at position p is p itself, which shows where it came
 * from.
 */
public final class CountedText {
  public static final int LANE = 3;
  public static final int BPTT = 4;

  /** A position so far that its window has no number. */
  public static final long NO_WINDOW = (long) BPTT * Integer.MAX_VALUE;

  private CountedText() {}

  public static LaneText text(int from, int to) {
    return text(Segment.FIRST, from, to);
  }

  public static LaneText text(Segment segment, int from, int to) {
    int[] tokens = IntStream.range(from, to).toArray();
    return new LaneText(LANE, segment, from, tokens, null, null);
  }

  public static LaneText unchecked(LaneText text) {
    return at(LaneText.UNCHECKED, text);
  }

  public static LaneText at(long position, LaneText text) {
    return new LaneText(LANE, text.segment(), position, text.tokens(), null, null);
  }

  /** The same text as a record of a partition. */
  public static LaneText ofPartition(int partition, LaneText text) {
    TextRecord record = new TextRecord(null, null, List.of(), "text", partition, 0);
    return new LaneText(
        LANE, text.segment(), text.position(), text.tokens(), text.refusal(), record);
  }

  public static LaneText hole(Segment segment, long position, int tokens) {
    Refusal refusal = new Refusal(Reason.UNKNOWN_TOKEN, tokens);
    return new LaneText(LANE, segment, position, null, refusal, null);
  }

  public static LaneText unreadable(int tokens) {
    Refusal refusal = new Refusal(Reason.BAD_HEADER, tokens);
    return new LaneText(LANE, null, LaneText.UNCHECKED, null, refusal, null);
  }

  public static LaneEvent refused(Reason reason, int tokens) {
    return LaneEvent.of(LANE, new Refusal(reason, tokens));
  }

  public static LaneEvent chunk(int index, boolean fresh) {
    return chunk(Segment.FIRST, index, fresh);
  }

  public static LaneEvent chunk(Segment segment, int index, boolean fresh) {
    int from = index * BPTT;
    int[] tokens = IntStream.rangeClosed(from, from + BPTT).toArray();
    return LaneEvent.of(new Chunk(LANE, segment, index, fresh, tokens));
  }
}
