package io.flinklm.job.lane;

import io.flinklm.job.record.TextRecord;
import io.flinklm.job.state.RefusedStateException;
import io.flinklm.job.text.TextOperator;
import io.flinklm.job.wire.LaneText;
import io.flinklm.job.wire.TextOffsets;
import io.flinklm.lane.Refusal;
import io.flinklm.text.TextTokens;
import io.flinklm.text.Tokenizer;
import io.flinklm.topics.TextReading.Refused;
import io.flinklm.topics.TextReading.Text;
import org.apache.flink.runtime.state.StateInitializationContext;

/**
 * Reads a record of the topic {@code text}: its lane, its headers, its tokens. What cannot be read
 * goes to dead letters and, as a refusal, on to its lane.
 *
 * <p>State: {@link LanesAndVocabulary}, as a blob; each subtask has the same. And the counters of
 * {@link TextOperator}.
 */
public final class Tokenize extends TextOperator<LaneText> {
  private static final long serialVersionUID = 1;
  private final Tokenizer tokenizer;
  private final int laneCount;

  /** A tokenizer of the text of so many lanes. */
  public Tokenize(Tokenizer tokenizer, int laneCount) {
    this.tokenizer = tokenizer;
    this.laneCount = laneCount;
  }

  // Before the first record is read.
  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    LanesAndVocabulary readBy = new LanesAndVocabulary(laneCount, tokenizer.fingerprint());
    RefusedStateException.endingTheJob(() -> readBy.keepIn(context.getOperatorStateStore()));
  }

  @Override
  protected LaneText told(TextOffsets offsets) {
    return new LaneText.Offsets(offsets);
  }

  @Override
  protected void read(TextRecord record, long time) {
    if (record.behindLostText()) {
      // Which lanes are of a partition, each lane knows itself.
      for (int each = 0; each < laneCount; each++) {
        emit(new LaneText.Lost(each, record.partition()));
      }
    }
    TokenizedRecord tokenized = TokenizedRecord.of(record, tokenizer, laneCount);
    if (tokenized.reading() instanceof Refused refused) {
      emit(told(refused, record));
      sendToDeadLetters(record, refused.message());
    } else if (tokenized.reading() instanceof Text text) {
      TextTokens tokens = tokenized.tokens();
      emit(new LaneText.Tokens(text.lane(), text.place(), tokens.ids(), tokens.lengths(), record));
      if (text.text().length < record.size()) {
        countMark(record);
      }
    }
  }

  private static LaneText told(Refused refused, TextRecord record) {
    Refusal refusal = new Refusal(refused.reason(), refused.tokens(), record.size());
    return refused.lane().isPresent()
        ? new LaneText.Refused(refused.lane().getAsInt(), refused.place(), refusal, record)
        : new LaneText.OfNoLane(refusal);
  }
}
