package io.flinklm.job.lane;

import io.flinklm.job.record.TextRecord;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.text.TextTokens;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.UnknownTokenException;
import io.flinklm.text.UnreadableTextException;
import io.flinklm.topics.TextReading;
import io.flinklm.topics.TextReading.Text;
import io.flinklm.topics.TextRecordParser;

/**
 * A record of the topic {@code text} as training sees it: what it says, and its tokens. Text with a
 * token outside the vocabulary is refused here.
 *
 * @param reading what it says
 * @param tokens of the text; none where the record is refused
 */
record TokenizedRecord(TextReading reading, TextTokens tokens) {

  /** Reads a record of one of so many lanes. */
  static TokenizedRecord of(TextRecord record, Tokenizer tokenizer, int laneCount) {
    TextReading reading =
        new TextRecordParser(laneCount, tokenizer)
            .read(record.said(), record.value(), record::header);
    return reading instanceof Text text
        ? lookedUp(text, record, tokenizer)
        : new TokenizedRecord(reading, TextTokens.NONE);
  }

  private static TokenizedRecord lookedUp(Text text, TextRecord record, Tokenizer tokenizer) {
    try {
      TextTokens tokens = tokenizer.tokens(text.text());
      if (tokens.lengths().length > 0) {
        // A byte order mark, which is left out of the text.
        tokens.lengths()[0] += record.size() - text.text().length;
      }
      return new TokenizedRecord(text, tokens);
    } catch (UnknownTokenException e) {
      return new TokenizedRecord(
          text.refused(Reason.UNKNOWN_TOKEN, e.getMessage()), TextTokens.NONE);
    } catch (UnreadableTextException e) {
      throw new IllegalStateException("the parser has found it readable", e);
    }
  }
}
