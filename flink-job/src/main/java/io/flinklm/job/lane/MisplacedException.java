package io.flinklm.job.lane;

import io.flinklm.lane.Segment;
import io.flinklm.topics.Continuation;
import io.flinklm.topics.Continuation.Gap;
import io.flinklm.topics.Continuation.Late;

/** Text that does not follow what came before it; the message says what was expected. */
public final class MisplacedException extends Exception {
  private static final long serialVersionUID = 1;

  private MisplacedException(String message) {
    super(message);
  }

  /** Text that was sent again for a place that its lane has passed. */
  static MisplacedException ofRedelivered(int lane, Segment segment, long position) {
    return new MisplacedException(
        "late: lane "
            + lane
            + ", "
            + segment
            + ", has gone on behind position "
            + position
            + ", where this would be");
  }

  /**
   * Text of a segment that does not go on in its lane.
   *
   * @param ofLane segment in which the lane is
   * @param found what is wrong with the text
   */
  static MisplacedException of(int lane, Segment of, Segment ofLane, Continuation found) {
    if (found instanceof Late) {
      return new MisplacedException(
          "late: lane " + lane + " is in " + ofLane + " already; this is " + of);
    }
    String gap = "gap: lane " + lane;
    if (found instanceof Gap missing) {
      String expected = ", expected position " + missing.expected();
      return new MisplacedException(gap + ", " + of + expected + ", found " + missing.found());
    }
    return new MisplacedException(
        gap
            + " is in "
            + ofLane
            + "; this is "
            + of
            + ", and no record before it was, behind which it goes on");
  }
}
