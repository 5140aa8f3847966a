package io.flinklm.job.lane;

import io.flinklm.job.record.TextRecord;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.UnknownTokenException;
import io.flinklm.text.UnreadableTextException;
import io.flinklm.topics.TextReading;
import io.flinklm.topics.TextReading.Text;
import io.flinklm.topics.TextRecordParser;

/**
 * A record of the topic {@code text} as training sees it: what it says, and the ids of its tokens.
 * Text with a token outside the vocabulary is refused here.
 *
 * @param reading what it says
 * @param ids of the tokens of text; none where the record is refused
 */
record TokenizedRecord(TextReading reading, int[] ids) {

  /** Reads a record of one of so many lanes. */
  static TokenizedRecord of(TextRecord record, Tokenizer tokenizer, int laneCount) {
    TextReading reading =
        new TextRecordParser(laneCount, tokenizer)
            .read(record.key(), record.value(), record::header);
    return reading instanceof Text text
        ? lookedUp(text, tokenizer)
        : new TokenizedRecord(reading, new int[0]);
  }

  private static TokenizedRecord lookedUp(Text text, Tokenizer tokenizer) {
    try {
      return new TokenizedRecord(text, tokenizer.ids(text.text()));
    } catch (UnknownTokenException e) {
      return new TokenizedRecord(text.refused(Reason.UNKNOWN_TOKEN, e.getMessage()), new int[0]);
    } catch (UnreadableTextException e) {
      throw new IllegalStateException("the parser has found it readable", e);
    }
  }
}
