package io.flinklm.job;

import io.flinklm.job.record.TextRecord;
import io.flinklm.job.wire.LaneEvent;
import io.flinklm.job.wire.LaneText;
import io.flinklm.job.wire.LaneText.Refused;
import io.flinklm.job.wire.LaneText.Tokens;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Segment;
import io.flinklm.topics.TextReading.Place;
import java.util.List;
import java.util.Optional;
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

  public static Tokens text(int from, int to) {
    return text(Segment.FIRST, from, to);
  }

  public static Tokens text(Segment segment, int from, int to) {
    int[] tokens = IntStream.range(from, to).toArray();
    return new Tokens(LANE, new Place(segment, from), tokens, null);
  }

  public static Tokens unchecked(Tokens text) {
    return at(LaneText.UNCHECKED, text);
  }

  public static Tokens at(long position, Tokens text) {
    return new Tokens(LANE, new Place(text.place().segment(), position), text.tokens(), null);
  }

  /** The same text as a record of a partition. */
  public static Tokens ofPartition(int partition, Tokens text) {
    return new Tokens(LANE, text.place(), text.tokens(), record(partition));
  }

  /** The same hole as a record of a partition. */
  public static Refused ofPartition(int partition, Refused hole) {
    return new Refused(LANE, hole.place(), hole.refusal(), record(partition));
  }

  private static TextRecord record(int partition) {
    return new TextRecord(null, null, List.of(), "text", partition, 0);
  }

  public static Refused hole(Segment segment, long position, int tokens) {
    Refusal refusal = new Refusal(Reason.UNKNOWN_TOKEN, tokens, tokens);
    return new Refused(LANE, Optional.of(new Place(segment, position)), refusal, null);
  }

  public static Refused unreadable(int tokens) {
    return new Refused(
        LANE, Optional.empty(), new Refusal(Reason.BAD_HEADER, tokens, tokens), null);
  }

  public static LaneEvent refused(Reason reason, int tokens) {
    return LaneEvent.of(LANE, new Refusal(reason, tokens, tokens));
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
