package io.flinklm.job.stream;

import io.flinklm.job.record.TextRecord;
import io.flinklm.job.state.KeptCounters;
import io.flinklm.job.text.TextOperator;
import io.flinklm.job.wire.StreamLine;
import io.flinklm.job.wire.TextOffsets;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.stream.StreamName;
import io.flinklm.stream.StreamText;
import io.flinklm.text.Tokenizer;
import io.flinklm.topics.RecordContent;

/**
 * Reads a record as text of the stream that its key names. What cannot be read goes to dead letters
 * and is counted as refused.
 */
public final class TokenizeStreams extends TextOperator<StreamLine> {
  private static final long serialVersionUID = 1;
  private final Tokenizer tokenizer;

  /** A tokenizer of the text of streams. */
  public TokenizeStreams(Tokenizer tokenizer) {
    super(KeptCounters.DEAD_LETTERS);
    this.tokenizer = tokenizer;
  }

  @Override
  protected StreamLine told(TextOffsets offsets) {
    return new StreamLine.Offsets(offsets);
  }

  @Override
  protected void read(TextRecord record, long time) {
    RecordContent said = record.said();
    StreamText text = text(said, record.value());
    if (text instanceof StreamText.Tokens tokens) {
      String stream = StreamName.of(said.key(), record.partition());
      emit(
          new StreamLine.Tokens(
              stream, time, tokens.tokens(), tokens.bytes(), record.partition(), record.offset()));
    } else if (text instanceof StreamText.Refused refused) {
      emit(new StreamLine.Refused(refused.refusal()));
      sendToDeadLetters(record, refused.message());
    }
  }

  private StreamText text(RecordContent said, byte[] value) {
    if (said.wrongKey() != null) {
      return StreamText.unusable(value, tokenizer, Reason.BAD_KEY, said.wrongKey());
    }
    return said.wrongText() == null
        ? StreamText.of(said.text(), tokenizer)
        : StreamText.unusable(value, tokenizer, Reason.BAD_TEXT, said.wrongText());
  }
}
