package io.flinklm.job.wire;

import io.flinklm.stream.StreamName;

/**
 * Who has text: a lane, by its number, or a stream, by its name.
 *
 * @param lane {@link LaneText#NO_LANE} for a stream
 * @param stream {@link StreamName#NONE} for a lane
 */
public record TextOwner(int lane, String stream) {

  /** A lane. */
  public static TextOwner lane(int number) {
    return new TextOwner(number, StreamName.NONE);
  }

  /** A stream. */
  public static TextOwner stream(String name) {
    return new TextOwner(LaneText.NO_LANE, name);
  }

  /** The one by whose number or name Flink keeps a state. */
  public static TextOwner of(Object key) {
    return key instanceof Integer lane ? lane(lane) : stream((String) key);
  }

  /** Whether it is a stream. */
  public boolean isStream() {
    return lane == LaneText.NO_LANE;
  }
}
