package io.flinklm.job.wire;

import io.flinklm.lane.Refusal;
import io.flinklm.stream.StreamName;
import io.flinklm.text.TextTokens;

/** What is told on the way of text to its streams. */
public sealed interface StreamLine {

  /** The stream that it goes to; what belongs to none has a name too, to be sent by. */
  String stream();

  /**
   * A record's text.
   *
   * @param stream of the text
   * @param time of the record
   * @param tokens of the text
   * @param bytes of it
   * @param partition that the record lies in
   * @param offset of the record there
   */
  record Tokens(String stream, long time, TextTokens tokens, int bytes, int partition, long offset)
      implements StreamLine {}

  /**
   * A record that is refused: to its stream it is as if it had not come.
   *
   * @param refusal why, and of how many tokens
   */
  record Refused(Refusal refusal) implements StreamLine {
    @Override
    public String stream() {
      return StreamName.NONE;
    }
  }

  /**
   * How far the topic was read, as it is told before a barrier.
   *
   * @param offsets by partition
   */
  record Offsets(TextOffsets offsets) implements StreamLine {
    @Override
    public String stream() {
      return StreamName.NONE;
    }
  }
}
