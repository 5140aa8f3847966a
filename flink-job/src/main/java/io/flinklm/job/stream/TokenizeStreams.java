package io.flinklm.job.stream;

import io.flinklm.job.record.DeadLetter;
import io.flinklm.job.record.TextRecord;
import io.flinklm.job.state.KeptCounters;
import io.flinklm.job.wire.StreamLine;
import io.flinklm.job.wire.TextOffsets;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.stream.StreamName;
import io.flinklm.stream.StreamText;
import io.flinklm.text.Tokenizer;
import io.flinklm.topics.RecordContent;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Reads a record as text of the stream that its key names. What cannot be read goes to dead letters
 * and is counted as refused. An operator and not a process function, because it tells how far it
 * has read before each barrier.
 *
 * <p>State: {@link KeptCounters}.
 */
public final class TokenizeStreams extends AbstractStreamOperator<StreamLine>
    implements OneInputStreamOperator<TextRecord, StreamLine>, BoundedOneInput {
  private static final long serialVersionUID = 1;
  private final Tokenizer tokenizer;
  private transient Map<Integer, Long> offsets;
  private transient KeptCounters counters;

  /** A tokenizer of the text of streams. */
  public TokenizeStreams(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    offsets = new HashMap<>();
    counters =
        new KeptCounters(
            getMetricGroup(), context.getOperatorStateStore(), KeptCounters.DEAD_LETTERS);
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
      emit(new StreamLine.Offsets(new TextOffsets(Map.copyOf(offsets))));
    }
  }

  @Override
  public void processElement(StreamRecord<TextRecord> element) {
    TextRecord record = element.getValue();
    offsets.merge(record.partition(), record.offset() + 1, Math::max);
    RecordContent said = record.said();
    StreamText text = text(said, record.value());
    if (text instanceof StreamText.Tokens tokens) {
      String stream = StreamName.of(said.key(), record.partition());
      emit(new StreamLine.Tokens(stream, element.getTimestamp(), tokens.tokens(), tokens.bytes()));
    } else if (text instanceof StreamText.Refused refused) {
      emit(new StreamLine.Refused(refused.refusal()));
      DeadLetter letter = DeadLetter.of(record, refused.message());
      output.collect(DeadLetter.TAG, new StreamRecord<>(letter));
      counters.named(KeptCounters.DEAD_LETTERS).inc();
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

  private void emit(StreamLine line) {
    output.collect(new StreamRecord<>(line));
  }
}
