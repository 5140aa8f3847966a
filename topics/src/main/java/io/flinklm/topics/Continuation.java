package io.flinklm.topics;

/** What a record of text is to its lane. {@link Continuity} finds it. */
public sealed interface Continuation {

  /**
   * Text that goes on, or that was there before.
   *
   * @param enters whether it is of another segment than what was taken before
   * @param missing how many tokens lie between it and what was taken before
   * @param behindHole whether it is not known to follow what was taken before
   * @param filled how far it begins before the end of what was refused last: so far it fills the
   *     hole of that
   * @param repeated how many of its tokens were taken before, its first ones
   * @param from position of the first that was not
   */
  record Taken(
      boolean enters, long missing, boolean behindHole, long filled, int repeated, long from)
      implements Continuation {

    Taken inAnotherSegment(long missingThere) {
      return new Taken(true, missing + missingThere, behindHole, filled, repeated, from);
    }
  }

  /**
   * Text ahead of where its lane goes on.
   *
   * @param expected where that is, in words
   * @param found where the text is
   */
  record Gap(String expected, long found) implements Continuation {}

  /** Text of a segment far ahead, which goes on behind no record of that segment. */
  record FarAhead() implements Continuation {}

  /** Text of a segment that the lane has left. */
  record Late() implements Continuation {}
}
