package io.flinklm.stream;

import io.flinklm.lane.Refusal;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.text.TextTokens;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.UnknownTokenException;
import io.flinklm.text.UnreadableTextException;
import java.util.Arrays;

/**
 * What a record says as text of a stream: its tokens, or why it has none. The end of a record is
 * itself text, a newline. A record that is refused is as if it had not come.
 */
public sealed interface StreamText {
  /**
   * Text of a stream.
   *
   * @param tokens of the record and the newline behind it; of white space alone some tokenizers
   *     make none
   * @param bytes of both
   */
  record Tokens(TextTokens tokens, int bytes) implements StreamText {}

  /**
   * A record that cannot be used.
   *
   * @param refusal why, and how much it is
   * @param message what is wrong, for whoever sent it
   */
  record Refused(Refusal refusal, String message) implements StreamText {}

  /** Reads a record's value, which may be missing. */
  static StreamText of(byte[] value, Tokenizer tokenizer) {
    if (value == null) {
      return new Refused(
          new Refusal(Reason.BAD_TEXT, 0, 0), "the record has no value; expected UTF-8 text");
    }
    byte[] own = tokenizer.textOf(value);
    byte[] line = Arrays.copyOf(own, own.length + 1);
    line[own.length] = '\n';
    int bytes = value.length + 1;
    String unreadable = tokenizer.whyUnreadable(own).orElse(null);
    if (unreadable != null) {
      return refused(Reason.BAD_TEXT, tokenizer.count(line), bytes, unreadable);
    }
    try {
      TextTokens tokens = tokenizer.tokens(line);
      if (tokens.lengths().length > 0) {
        // A byte order mark, which is left out of the text.
        tokens.lengths()[0] += bytes - line.length;
      }
      return new Tokens(tokens, bytes);
    } catch (UnknownTokenException e) {
      return refused(Reason.UNKNOWN_TOKEN, tokenizer.count(line), bytes, e.getMessage());
    } catch (UnreadableTextException e) {
      throw new IllegalStateException("it was found readable", e);
    }
  }

  /** A record that cannot be used for what is wrong with its form. Its value may be missing. */
  static Refused unusable(byte[] value, Tokenizer tokenizer, Reason reason, String message) {
    byte[] counted = value == null ? new byte[0] : value;
    return refused(reason, tokenizer.count(counted), counted.length, message);
  }

  private static Refused refused(Reason reason, int tokens, int bytes, String message) {
    return new Refused(new Refusal(reason, tokens, bytes), message);
  }
}
