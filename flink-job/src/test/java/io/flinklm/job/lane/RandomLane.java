package io.flinklm.job.lane;

import io.flinklm.job.record.TextRecord;
import io.flinklm.job.wire.LaneEvent;
import io.flinklm.job.wire.LaneText;
import io.flinklm.job.wire.LaneText.Refused;
import io.flinklm.job.wire.LaneText.Tokens;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.topics.TextReading.Place;
import io.flinklm.topics.TopicNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A lane on which everything happens: text, text again, lost text, refused text with and without a
 * segment, wrong positions, new segments, text of segments that are over.
 *
 * @param positions whether the records say where they belong
 * @param texts in the order in which they reach the lane
 */
record RandomLane(boolean positions, List<LaneText.OfLane> texts) {
  private static final TextRecord RECORD =
      new TextRecord(null, null, null, null, null, TopicNames.TEXT, 0, 0);

  private static final int RECORDS = 400;
  private static final int LONGEST = 9;
  private static final int FAR = 30_000;

  static RandomLane of(int lane, boolean positions, Random random) {
    List<LaneText.OfLane> texts = new ArrayList<>();
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

  private static Tokens text(int lane, Segment segment, int from, int length) {
    int start = token(segment, from);
    int[] tokens = IntStream.range(start, start + length).toArray();
    return new Tokens(lane, new Place(segment, from), tokens, RECORD);
  }

  private static Refused refused(int lane, Segment segment, long position, int length) {
    Refusal refusal = new Refusal(Reason.UNKNOWN_TOKEN, length, length);
    return new Refused(lane, Optional.of(new Place(segment, position)), refusal, RECORD);
  }

  private static Refused unreadable(int lane, int length) {
    Refusal refusal = new Refusal(Reason.BAD_HEADER, length, length);
    return new Refused(lane, Optional.empty(), refusal, RECORD);
  }

  private static List<LaneText.OfLane> withoutPositions(List<LaneText.OfLane> texts) {
    return texts.stream().map(RandomLane::withoutPosition).toList();
  }

  private static LaneText.OfLane withoutPosition(LaneText.OfLane text) {
    if (text instanceof Tokens of) {
      return new Tokens(of.lane(), unplaced(of.place()), of.tokens(), of.record());
    }
    Refused refused = (Refused) text;
    Optional<Place> place = refused.place().map(RandomLane::unplaced);
    return new Refused(refused.lane(), place, refused.refusal(), refused.record());
  }

  private static Place unplaced(Place place) {
    return new Place(place.segment(), LaneText.UNCHECKED);
  }

  /** How many tokens a record has, refused or not. */
  static int tokens(LaneText.OfLane text) {
    return text instanceof Tokens of ? of.tokens().length : ((Refused) text).refusal().tokens();
  }

  /** The chunks that a lane was cut into. */
  static List<Chunk> chunks(List<LaneEvent> events) {
    return events.stream()
        .filter(LaneEvent.Cut.class::isInstance)
        .map(event -> ((LaneEvent.Cut) event).chunk())
        .toList();
  }

  @Override
  public String toString() {
    return "records " + (positions ? "with" : "without") + " positions";
  }
}
