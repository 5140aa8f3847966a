package io.flinklm.job.stream;

import io.flinklm.job.record.TextRecord;
import io.flinklm.job.text.TextOperator;
import io.flinklm.job.wire.StreamLine;
import io.flinklm.job.wire.TextOffsets;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.stream.StreamName;
import io.flinklm.stream.StreamText;
import io.flinklm.text.Tokenizer;
import io.flinklm.topics.RecordContent;
import io.flinklm.topics.RegistryFraming;

/**
 * Reads a record as text of the stream that its key names. What cannot be read goes to dead letters
 * and is counted as refused.
 */
public final class TokenizeStreams extends TextOperator<StreamLine> {
  private static final long serialVersionUID = 1;
  private final Tokenizer tokenizer;

  /** A tokenizer of the text of streams. */
  public TokenizeStreams(Tokenizer tokenizer) {
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
      if (tokenizer.textOf(said.text()).length < said.text().length) {
        countMark(record);
      }
    } else if (text instanceof StreamText.Refused refused) {
      emit(new StreamLine.Refused(refused.refusal()));
      sendToDeadLetters(record, refused.message());
    }
  }

  private StreamText text(RecordContent said, byte[] value) {
    if (said.wrongKey() != null) {
      return StreamText.unusable(value, tokenizer, Reason.BAD_KEY, said.wrongKey());
    }
    if (said.wrongText() != null) {
      return StreamText.unusable(value, tokenizer, Reason.BAD_TEXT, said.wrongText());
    }
    if (said.wrongTime() != null) {
      return StreamText.unusable(value, tokenizer, Reason.BAD_TIME, said.wrongTime());
    }
    StreamText text = StreamText.of(said.text(), tokenizer);
    return text instanceof StreamText.Refused refused
        ? new StreamText.Refused(refused.refusal(), named(refused, said.text()))
        : text;
  }

  private static String named(StreamText.Refused refused, byte[] text) {
    return RegistryFraming.nameIn(text, refused.message());
  }
}
