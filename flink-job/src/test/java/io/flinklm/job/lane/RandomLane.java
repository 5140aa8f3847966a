package io.flinklm.job.lane;

import io.flinklm.job.record.TextRecord;
import io.flinklm.job.wire.LaneText;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.topics.TopicNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A lane on which everything happens: text, text again, lost text, refused text with and without a
 * segment, wrong positions, new segments, text of segments that are over.
 *
 * @param positions whether the records say where they belong
 * @param texts in the order in which they reach the lane
 */
record RandomLane(boolean positions, List<LaneText> texts) {
  private static final TextRecord RECORD =
      new TextRecord(null, null, null, null, null, TopicNames.TEXT, 0, 0);

  private static final int RECORDS = 400;
  private static final int LONGEST = 9;
  private static final int FAR = 30_000;

  static RandomLane of(int lane, boolean positions, Random random) {
    List<LaneText> texts = new ArrayList<>();
    Segment segment = Segment.FIRST;
    int next = 0;
    while (texts.size() < RECORDS) {
      int length = 1 + random.nextInt(LONGEST);
      int event = random.nextInt(100);
      if (event < 4) {
        segment = after(segment);
        next = 0;
      } else if (event < 10) {
        texts.add(refused(lane, segment, positions ? next : LaneText.UNCHECKED, length));
        next += length;
      } else if (event < 13) {
        texts.add(unreadable(lane, length));
        next += length;
      } else if (positions && event < 20) {
        next += random.nextInt(LONGEST);
      } else if (positions && event < 30) {
        int from = Math.max(0, next - random.nextInt(2 * LONGEST));
        texts.add(text(lane, segment, from, length));
        next = Math.max(next, from + length);
      } else if (positions && event < 33 && segment.epoch() > 0) {
        texts.add(text(lane, Segment.FIRST, next, length));
      } else if (positions && event < 37) {
        int wrong = next + FAR + random.nextInt(FAR);
        texts.add(
            event == 36
                ? refused(lane, segment, wrong, length)
                : text(lane, segment, wrong, length));
      } else {
        texts.add(text(lane, segment, next, length));
        next += length;
      }
    }
    return new RandomLane(positions, positions ? texts : withoutPositions(texts));
  }

  /** The token at a position of a segment: no two places have the same. */
  static int token(Segment segment, int position) {
    int number = 2 * segment.epoch() + (segment.split() == Split.VALID ? 1 : 0);
    return 100_000 * number + position;
  }

  private static Segment after(Segment segment) {
    return segment.split() == Split.TRAIN
        ? new Segment(segment.epoch(), Split.VALID)
        : new Segment(segment.epoch() + 1, Split.TRAIN);
  }

  private static LaneText text(int lane, Segment segment, int from, int length) {
    int start = token(segment, from);
    int[] tokens = IntStream.range(start, start + length).toArray();
    return new LaneText(lane, segment, from, tokens, null, RECORD);
  }

  private static LaneText refused(int lane, Segment segment, long position, int length) {
    Refusal refusal = new Refusal(Reason.UNKNOWN_TOKEN, length);
    return new LaneText(lane, segment, position, null, refusal, RECORD);
  }

  private static LaneText unreadable(int lane, int length) {
    Refusal refusal = new Refusal(Reason.BAD_HEADER, length);
    return new LaneText(lane, null, LaneText.UNCHECKED, null, refusal, RECORD);
  }

  private static List<LaneText> withoutPositions(List<LaneText> texts) {
    return texts.stream()
        .map(
            t ->
                new LaneText(
                    t.lane(), t.segment(), LaneText.UNCHECKED, t.tokens(), t.refusal(), t.record()))
        .toList();
  }

  @Override
  public String toString() {
    return "records " + (positions ? "with" : "without") + " positions";
  }
}
