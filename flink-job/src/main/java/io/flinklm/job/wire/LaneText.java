package io.flinklm.job.wire;

import io.flinklm.job.record.TextRecord;
import io.flinklm.lane.Refusal;
import io.flinklm.topics.TextReading.Place;
import java.util.Arrays;
import java.util.Optional;

/** What is told on the way of text to its lanes. */
public sealed interface LaneText {
  /** Lane of what belongs to none. */
  int NO_LANE = -1;

  /** Position of text that follows whatever came before it. */
  long UNCHECKED = Place.FOLLOWS;

  /** The lane that it goes to; what belongs to none has a number too, to be sent by. */
  int lane();

  /** A record of a lane, which the lane takes or not. */
  sealed interface OfLane extends LaneText {
    /** The record as received; null for text that comes from nowhere. */
    TextRecord record();
  }

  /**
   * A record's text.
   *
   * @param lane of the text
   * @param place of the text in its lane
   * @param tokens ids
   * @param lengths bytes of the record that each token takes
   * @param record as received
   */
  record Tokens(int lane, Place place, int[] tokens, int[] lengths, TextRecord record)
      implements OfLane {

    /** Text of tokens that take a byte each. */
    public Tokens(int lane, Place place, int[] tokens, TextRecord record) {
      this(lane, place, tokens, oneEach(tokens.length), record);
    }

    private static int[] oneEach(int tokens) {
      int[] lengths = new int[tokens];
      Arrays.fill(lengths, 1);
      return lengths;
    }

    /** Bytes of the first tokens; of all that there is where there is no token. */
    public int bytes(int first) {
      if (tokens.length == 0) {
        return record == null ? 0 : record.size();
      }
      int bytes = 0;
      for (int i = 0; i < first; i++) {
        bytes += lengths[i];
      }
      return bytes;
    }
  }

  /**
   * A record that is refused. It still goes to its lane, because it leaves a hole in the lane's
   * text.
   *
   * @param lane of the record
   * @param place of the hole; empty where the headers name none
   * @param refusal why, and of how many tokens
   * @param record as received
   */
  record Refused(int lane, Optional<Place> place, Refusal refusal, TextRecord record)
      implements OfLane {}

  /**
   * A record that is refused because its key names no lane.
   *
   * @param refusal why, and of how many tokens
   */
  record OfNoLane(Refusal refusal) implements LaneText {
    @Override
    public int lane() {
      return NO_LANE;
    }
  }

  /**
   * Text of a partition that Kafka has deleted, as each lane is told: it is lost before what comes
   * next.
   *
   * @param lane that is told
   * @param partition of the text
   */
  record Lost(int lane, int partition) implements LaneText {}

  /**
   * How far the topic was read, as it is told before a barrier.
   *
   * @param offsets by partition
   */
  record Offsets(TextOffsets offsets) implements LaneText {
    @Override
    public int lane() {
      return NO_LANE;
    }
  }
}
