package io.flinklm.job.score;

import io.flinklm.job.state.RefusedStateException;
import io.flinklm.job.wire.ChunkSurprisals;
import io.flinklm.job.wire.RecordPlace;
import io.flinklm.job.wire.ScoreEvent;
import io.flinklm.job.wire.TextOwner;
import io.flinklm.text.Tokenizer;
import io.flinklm.topics.Score;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Scores records of text: where they lie comes from {@code chunk}, how little their tokens were
 * expected from {@code train}. What is unusual for its lane or stream is an alert.
 *
 * <p>State: one {@link RecordScores} a lane or stream, as a blob, keyed by lane or stream; that of
 * a stream until both have told its end.
 */
public final class ScoreOperator extends AbstractStreamOperator<Score>
    implements TwoInputStreamOperator<ScoreEvent, ScoreEvent, Score>, BoundedMultiInput {
  /** The side output of the scores that are alerts. */
  public static final OutputTag<Score> ALERTS =
      new OutputTag<>("alerts", TypeInformation.of(Score.class));

  private static final long serialVersionUID = 1;
  private static final int INPUTS = 2;
  private static final ValueStateDescriptor<byte[]> SCORES =
      new ValueStateDescriptor<>("scores", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private final Tokenizer tokenizer;
  private final double alertsFrom;
  private transient ValueState<byte[]> state;
  private transient int ended;

  /**
   * An operator that has not been opened.
   *
   * @param alertsFrom deviations from which a score is an alert; NaN for none
   */
  public ScoreOperator(Tokenizer tokenizer, double alertsFrom) {
    this.tokenizer = tokenizer;
    this.alertsFrom = alertsFrom;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    state = context.getKeyedStateStore().getState(SCORES);
  }

  @Override
  public void processElement1(StreamRecord<ScoreEvent> element) throws Exception {
    update(
        scores -> {
          if (element.getValue() instanceof RecordPlace place) {
            scores.add(place);
          } else if (element.getValue() instanceof ScoreEvent.Ended end) {
            scores.endPlaces(end.time());
          }
        });
  }

  @Override
  public void processElement2(StreamRecord<ScoreEvent> element) throws Exception {
    update(
        scores -> {
          if (element.getValue() instanceof ChunkSurprisals chunk) {
            scores.add(chunk);
          } else if (element.getValue() instanceof ScoreEvent.Ended end) {
            scores.endTokens(end.time());
          }
        });
  }

  private void update(Consumer<RecordScores> change) throws Exception {
    RecordScores scores = scores();
    change.accept(scores);
    scores.complete(tokenizer::token, this::emit);
    if (scores.isOver()) {
      state.clear();
    } else {
      state.update(scores.write());
    }
  }

  @Override
  public void endInput(int input) throws Exception {
    ended++;
    if (ended < INPUTS) {
      return;
    }
    List<Object> keys;
    try (Stream<Object> all =
        getKeyedStateBackend().getKeys(SCORES.getName(), VoidNamespace.INSTANCE)) {
      keys = all.sorted().toList();
    }
    for (Object key : keys) {
      setCurrentKey(key);
      RecordScores scores = scores();
      scores.end(tokenizer::token, this::emit);
      state.update(scores.write());
    }
  }

  private RecordScores scores() throws Exception {
    TextOwner owner = TextOwner.of(getCurrentKey());
    byte[] blob = state.value();
    RecordScores[] scores = {new RecordScores(owner)};
    if (blob != null) {
      RefusedStateException.endingTheJob(() -> scores[0] = RecordScores.read(owner, blob));
    }
    return scores[0];
  }

  private void emit(Score score) {
    StreamRecord<Score> record = new StreamRecord<>(score);
    output.collect(record);
    if (score.deviations() >= alertsFrom) {
      output.collect(ALERTS, record);
    }
  }
}
