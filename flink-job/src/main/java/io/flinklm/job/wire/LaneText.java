package io.flinklm.job.wire;

import io.flinklm.job.record.TextRecord;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Segment;

/**
 * A record of text on the way to its lane: token ids, or the reason why there are none. A refused
 * record still goes to its lane, because it leaves a hole in the lane's text. Or, before a barrier,
 * how far the topic was read, and nothing else. Or, to each lane, that text of a partition is lost.
 *
 * @param lane of the text; {@link #NO_LANE} where the key names none
 * @param segment of the text; null where the headers name none
 * @param position of the first token in its segment; {@link #UNCHECKED} where none is given
 * @param tokens ids; null where the record is refused
 * @param refusal null where the record is not refused
 * @param record as received
 * @param offsets null but before a barrier
 * @param lostIn partition of which text is lost before what comes next; {@link #NOTHING_LOST}
 */
public record LaneText(
    int lane,
    Segment segment,
    long position,
    int[] tokens,
    Refusal refusal,
    TextRecord record,
    TextOffsets offsets,
    int lostIn) {

  /** Lane of text whose key names no lane. */
  public static final int NO_LANE = -1;

  /** Position of text that follows whatever came before it. */
  public static final long UNCHECKED = -1;

  /** No partition: that of which text is lost, in text itself. */
  public static final int NOTHING_LOST = -1;

  /** A record of text. */
  public LaneText(
      int lane, Segment segment, long position, int[] tokens, Refusal refusal, TextRecord record) {
    this(lane, segment, position, tokens, refusal, record, null, NOTHING_LOST);
  }

  /** Offsets that all before it belongs to. */
  public static LaneText of(TextOffsets offsets) {
    return new LaneText(NO_LANE, null, UNCHECKED, null, null, null, offsets, NOTHING_LOST);
  }

  /** Text of a lane that Kafka has deleted. */
  public static LaneText lost(int lane, int partition) {
    return new LaneText(lane, null, UNCHECKED, null, null, null, null, partition);
  }
}
