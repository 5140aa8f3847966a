package io.flinklm.job.predict;

import io.flinklm.engine.DeviceChoice;
import io.flinklm.engine.PyTorch;
import io.flinklm.job.models.EngineTest;
import io.flinklm.job.models.PublishedWeights;
import io.flinklm.job.models.TrainedModel;
import io.flinklm.job.predict.PromptQueue.Entry;
import io.flinklm.job.record.DeadLetter;
import io.flinklm.job.record.PromptRecord;
import io.flinklm.predict.LoadedModel.Frame;
import io.flinklm.predict.Prediction;
import io.flinklm.predict.Prompt;
import io.flinklm.predict.PromptJson;
import io.flinklm.predict.PromptJson.UnreadablePromptException;
import io.flinklm.text.UnknownTokenException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Answers prompts with the newest weights that the training has sent, on a thread of its own. An
 * operator and not a process function, because it counts the prompts that wait, also those that it
 * finds in a checkpoint.
 *
 * <p>State, keyed by session: what is remembered of the session's text, as a blob, for some time;
 * the prompts that are not answered yet, a blob each. The weights are no state of it: the training
 * has them in the same checkpoint and sends them before anything else.
 */
public final class PredictOperator extends AbstractStreamOperator<SessionPrediction>
    implements TwoInputStreamOperator<PromptRecord, PublishedWeights, SessionPrediction> {
  private static final long serialVersionUID = 1;

  private static final String SESSION = "session";
  private static final ListStateDescriptor<byte[]> WAITING =
      new ListStateDescriptor<>("waiting", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private final Frame frame;
  private final TrainedModel pinned;
  private final DeviceChoice device;
  private final Duration timeToLive;
  private final AnswerLimits limits;
  private transient KeptPrompts kept;
  private transient PromptQueue queue;
  private transient Sessions sessions;
  private transient MailboxExecutor mailbox;
  private transient Answering answering;
  private transient PromptTurns turns;
  private transient String lineage;

  /**
   * An operator that has not been opened.
   *
   * @param frame of the weights that it gets
   * @param pinned weights to answer with, whatever comes; null for those that come
   * @param timeToLive of what is remembered of a session
   * @param limits of what it may take
   */
  public PredictOperator(
      Frame frame,
      TrainedModel pinned,
      DeviceChoice device,
      Duration timeToLive,
      AnswerLimits limits) {
    this.frame = frame;
    this.pinned = pinned;
    this.device = device;
    this.timeToLive = timeToLive;
    this.limits = limits;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    ValueStateDescriptor<byte[]> session =
        new ValueStateDescriptor<>(SESSION, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
    session.enableTimeToLive(StateTtlConfig.newBuilder(timeToLive).build());
    sessions =
        new Sessions(
            context.getKeyedStateStore().getState(session), frame, limits, this::setCurrentKey);
    sessions.restore(keysOf(SESSION));
    queue = new PromptQueue(limits);
    kept =
        new KeptPrompts(
            context.getKeyedStateStore().getListState(WAITING), queue, this::setCurrentKey);
    kept.restore(keysOf(WAITING.getName()));
  }

  private List<String> keysOf(String state) {
    try (var keys = this.<String>getKeyedStateBackend().getKeys(state, VoidNamespace.INSTANCE)) {
      return keys.toList();
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    EngineTest.require(frame.net(), frame.cell(), 1, PyTorch.device(device));
    mailbox =
        getContainingTask()
            .getMailboxExecutorFactory()
            .createExecutor(getOperatorConfig().getChainIndex());
    answering =
        new Answering(
            frame,
            device,
            mailbox,
            limits.tokensPerSecond(),
            "answers of " + getRuntimeContext().getTaskInfo().getTaskNameWithSubtasks());
    turns =
        new PromptTurns(
            queue,
            sessions,
            answering,
            new PredictMetrics(getMetricGroup(), queue, sessions, answering),
            getProcessingTimeService()::getCurrentProcessingTime,
            this::emit);
    if (pinned != null) {
      answering.takeUp(pinned, turns::weightsAreThere);
    }
  }

  @Override
  public void processElement1(StreamRecord<PromptRecord> element) throws Exception {
    PromptRecord record = element.getValue();
    Prompt prompt;
    try {
      prompt = PromptJson.parse(record.value());
    } catch (UnreadablePromptException e) {
      DeadLetter letter = DeadLetter.of(record, e.getMessage());
      output.collect(DeadLetter.TAG, new StreamRecord<>(letter));
      return;
    }
    Optional<String> error = prompt.beyondLimits().or(() -> unknownToken(prompt));
    if (error.isPresent()) {
      emit(record.key(), Prediction.ofError(prompt.id(), error.get()));
      return;
    }
    Entry entry =
        Entry.of(
            record.session(),
            new WaitingPrompt(record.key(), prompt),
            element.hasTimestamp() ? element.getTimestamp() : Entry.NOT_KNOWN);
    turns.add(entry).ifPresent(busy -> emit(record.key(), Prediction.ofError(prompt.id(), busy)));
  }

  private Optional<String> unknownToken(Prompt prompt) {
    try {
      frame.tokenizer().ids(prompt.text());
      return Optional.empty();
    } catch (UnknownTokenException e) {
      return Optional.of(e.getMessage());
    }
  }

  @Override
  public void processElement2(StreamRecord<PublishedWeights> element) {
    PublishedWeights weights = element.getValue();
    lineage = weights.lineage();
    if (pinned == null) {
      weights.requireWhole();
      answering.takeUp(weights, turns::weightsAreThere);
    }
  }

  private void emit(byte[] session, Prediction prediction) {
    output.collect(new StreamRecord<>(new SessionPrediction(session, prediction.of(lineage))));
  }

  /** Whether a prompt is being answered. */
  boolean isAnswering() {
    return turns.isAnswering();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    kept.snapshot(keysOf(WAITING.getName()));
  }

  /** At the end of all prompts, answers those that wait. */
  @Override
  public void finish() throws Exception {
    while (turns != null && turns.areLeft()) {
      mailbox.yield();
    }
    super.finish();
  }

  @Override
  public void close() throws Exception {
    if (answering != null) {
      answering.close();
    }
    super.close();
  }
}
