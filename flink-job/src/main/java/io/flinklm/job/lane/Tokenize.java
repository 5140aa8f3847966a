package io.flinklm.job.lane;

import io.flinklm.job.record.DeadLetter;
import io.flinklm.job.record.TextRecord;
import io.flinklm.job.state.KeptCounters;
import io.flinklm.job.state.RefusedStateException;
import io.flinklm.job.wire.LaneText;
import io.flinklm.job.wire.TextOffsets;
import io.flinklm.lane.Refusal;
import io.flinklm.text.TextTokens;
import io.flinklm.text.Tokenizer;
import io.flinklm.topics.TextReading.Refused;
import io.flinklm.topics.TextReading.Text;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Reads a record of the topic {@code text}: its lane, its headers, its tokens. What cannot be read
 * goes to dead letters and, as a refusal, on to its lane. An operator and not a process function,
 * because it tells how far it has read before each barrier.
 *
 * <p>State: {@link LanesAndVocabulary}, as a blob; each subtask has the same. And {@link
 * KeptCounters}.
 */
public final class Tokenize extends AbstractStreamOperator<LaneText>
    implements OneInputStreamOperator<TextRecord, LaneText>, BoundedOneInput {
  private static final long serialVersionUID = 1;
  private final Tokenizer tokenizer;
  private final int laneCount;
  private transient Map<Integer, Long> offsets;
  private transient KeptCounters counters;
  private transient boolean toldOfMarks;

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
    offsets = new HashMap<>();
    counters =
        new KeptCounters(
            getMetricGroup(),
            context.getOperatorStateStore(),
            KeptCounters.DEAD_LETTERS,
            KeptCounters.BYTE_ORDER_MARKS);
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    counters.keep();
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    emitOffsets();
  }

  @Override
  public void endInput() {
    emitOffsets();
  }

  private void emitOffsets() {
    if (!offsets.isEmpty()) {
      emit(new LaneText.Offsets(new TextOffsets(Map.copyOf(offsets))));
    }
  }

  @Override
  public void processElement(StreamRecord<TextRecord> element) {
    TextRecord record = element.getValue();
    offsets.merge(record.partition(), record.offset() + 1, Math::max);
    if (record.behindLostText()) {
      // Which lanes are of a partition, each lane knows itself.
      for (int each = 0; each < laneCount; each++) {
        emit(new LaneText.Lost(each, record.partition()));
      }
    }
    TokenizedRecord tokenized = TokenizedRecord.of(record, tokenizer, laneCount);
    if (tokenized.reading() instanceof Refused refused) {
      emit(told(refused, record));
      DeadLetter letter = DeadLetter.of(record, refused.message());
      output.collect(DeadLetter.TAG, new StreamRecord<>(letter));
      counters.named(KeptCounters.DEAD_LETTERS).inc();
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

  private void countMark(TextRecord record) {
    counters.named(KeptCounters.BYTE_ORDER_MARKS).inc();
    if (!toldOfMarks) {
      toldOfMarks = true;
      LOG.warn(
          "the record at offset {} of partition {} of the topic {} begins with a byte order mark,"
              + " which is left out, as it is of every record; this is said once",
          record.offset(),
          record.partition(),
          record.topic());
    }
  }

  private void emit(LaneText text) {
    output.collect(new StreamRecord<>(text));
  }
}
