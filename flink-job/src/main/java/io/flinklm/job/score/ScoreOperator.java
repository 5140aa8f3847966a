package io.flinklm.job.score;

import io.flinklm.job.wire.ChunkSurprisals;
import io.flinklm.job.wire.RecordPlace;
import io.flinklm.text.Tokenizer;
import io.flinklm.topics.Score;
import java.util.function.Consumer;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Scores records of text: where they lie comes from {@code chunk}, how little their tokens were
 * expected from {@code train}.
 *
 * <p>State: one {@link LaneScores} a lane, as a blob, keyed by lane.
 */
public final class ScoreOperator extends AbstractStreamOperator<Score>
    implements TwoInputStreamOperator<RecordPlace, ChunkSurprisals, Score>, BoundedMultiInput {
  private static final long serialVersionUID = 1;
  private static final int INPUTS = 2;
  private static final ValueStateDescriptor<byte[]> SCORES =
      new ValueStateDescriptor<>("scores", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private final Tokenizer tokenizer;
  private transient ValueState<byte[]> state;
  private transient int ended;

  /** An operator that has not been opened. */
  public ScoreOperator(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    state = context.getKeyedStateStore().getState(SCORES);
  }

  @Override
  public void processElement1(StreamRecord<RecordPlace> element) throws Exception {
    RecordPlace place = element.getValue();
    update(place.lane(), scores -> scores.add(place));
  }

  @Override
  public void processElement2(StreamRecord<ChunkSurprisals> element) throws Exception {
    ChunkSurprisals chunk = element.getValue();
    update(chunk.lane(), scores -> scores.add(chunk));
  }

  private void update(int lane, Consumer<LaneScores> change) throws Exception {
    LaneScores scores = scores(lane);
    change.accept(scores);
    scores.complete(tokenizer::token, this::emit);
    state.update(scores.write());
  }

  @Override
  public void endInput(int input) throws Exception {
    ended++;
    if (ended < INPUTS) {
      return;
    }
    for (Integer lane :
        this.<Integer>getKeyedStateBackend()
            .getKeys(SCORES.getName(), VoidNamespace.INSTANCE)
            .sorted()
            .toList()) {
      setCurrentKey(lane);
      LaneScores scores = scores(lane);
      scores.end(tokenizer::token, this::emit);
      state.update(scores.write());
    }
  }

  private LaneScores scores(int lane) throws Exception {
    byte[] blob = state.value();
    return blob == null ? new LaneScores(lane) : LaneScores.read(lane, blob);
  }

  private void emit(Score score) {
    output.collect(new StreamRecord<>(score));
  }
}
