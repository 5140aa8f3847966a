package io.flinklm.job.predict;

import io.flinklm.engine.DeviceChoice;
import io.flinklm.engine.PyTorch;
import io.flinklm.job.models.EngineTest;
import io.flinklm.job.models.PublishedWeights;
import io.flinklm.job.models.TrainedModel;
import io.flinklm.job.predict.PromptQueue.Entry;
import io.flinklm.job.record.DeadLetter;
import io.flinklm.job.record.PromptRecord;
import io.flinklm.predict.LoadedModel.Answer;
import io.flinklm.predict.LoadedModel.Frame;
import io.flinklm.predict.Memory;
import io.flinklm.predict.Prediction;
import io.flinklm.predict.Prompt;
import io.flinklm.predict.PromptJson;
import io.flinklm.predict.PromptJson.UnreadablePromptException;
import io.flinklm.text.UnknownTokenException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
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
  private static final int ANSWERS_IN_HISTOGRAM = 1_000;

  private static final String SESSION = "session";
  private static final ListStateDescriptor<byte[]> WAITING =
      new ListStateDescriptor<>("waiting", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private final Frame frame;
  private final TrainedModel pinned;
  private final DeviceChoice device;
  private final Duration timeToLive;
  private final AnswerLimits limits;
  private transient ListState<byte[]> waitingState;
  private transient PromptQueue queue;
  private transient Sessions sessions;
  private transient MailboxExecutor mailbox;
  private transient Answering answering;
  private transient boolean hasWeights;
  private transient String lineage;
  private transient boolean isAnswering;
  private transient Histogram latency;

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
    waitingState = context.getKeyedStateStore().getListState(WAITING);
    queue = new PromptQueue(limits);
    for (String key : keysOf(WAITING.getName())) {
      setCurrentKey(key);
      for (byte[] blob : waitingState.get()) {
        queue.add(Entry.restored(key, blob));
      }
    }
    getMetricGroup().gauge("promptsWaiting", () -> queue.size());
    getMetricGroup().gauge("sessions", () -> sessions.count());
    getMetricGroup().gauge("sessionBytes", () -> sessions.bytes());
    getMetricGroup().gauge("sessionsForgotten", () -> sessions.forgotten());
    getMetricGroup().gauge("step", () -> answering == null ? 0 : answering.step());
    latency =
        getMetricGroup()
            .histogram(
                "latencyMilliseconds", new DescriptiveStatisticsHistogram(ANSWERS_IN_HISTOGRAM));
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
    if (pinned != null) {
      answering.takeUp(pinned, this::weightsAreThere);
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
    if (queue.takes(entry)) {
      queue.add(entry);
      answerNext();
    } else {
      emit(record.key(), Prediction.ofError(prompt.id(), busy()));
    }
  }

  private String busy() {
    return hasWeights
        ? "busy: " + queue.size() + " prompts wait already; ask again later"
        : "there are no weights yet, and " + queue.size() + " prompts wait for them already";
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
      answering.takeUp(weights, this::weightsAreThere);
    }
  }

  private void weightsAreThere() {
    hasWeights = true;
    answerNext();
  }

  private void answerNext() {
    Entry next = queue.first();
    if (next == null || !hasWeights || isAnswering) {
      return;
    }
    try {
      Memory before = hasSession(next) ? sessions.of(next.key()) : Memory.NONE;
      isAnswering = true;
      answering.answer(next.prompt().prompt(), before, answer -> answered(next, answer));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean hasSession(Entry entry) {
    return entry.prompt().session() != null;
  }

  private void answered(Entry entry, Answer answer) {
    try {
      if (hasSession(entry) && answer.prediction().error() == null) {
        sessions.remember(
            entry.key(), answer.memory(), getProcessingTimeService().getCurrentProcessingTime());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    emit(entry.prompt().session(), answer.prediction());
    if (entry.asked() >= 0) {
      // By two clocks, of who asked and of this machine.
      latency.update(Math.max(0, System.currentTimeMillis() - entry.asked()));
    }
    queue.removeFirst();
    isAnswering = false;
    answerNext();
  }

  private void emit(byte[] session, Prediction prediction) {
    output.collect(new StreamRecord<>(new SessionPrediction(session, prediction.of(lineage))));
  }

  /** Whether a prompt is being answered. */
  boolean isAnswering() {
    return isAnswering;
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    for (String key : keysOf(WAITING.getName())) {
      setCurrentKey(key);
      waitingState.clear();
    }
    // Also the one that is being answered: it is answered once more by who goes on from here.
    for (Entry entry : queue.all()) {
      setCurrentKey(entry.key());
      waitingState.add(entry.blob());
    }
  }

  /** At the end of all prompts, answers those that wait. */
  @Override
  public void finish() throws Exception {
    while (hasWeights && queue.size() > 0) {
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
