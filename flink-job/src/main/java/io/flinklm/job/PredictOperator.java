package io.flinklm.job;

import io.flinklm.net.PyTorch;
import io.flinklm.predict.LoadedModel;
import io.flinklm.predict.LoadedModel.Answer;
import io.flinklm.predict.LoadedModel.Frame;
import io.flinklm.predict.Memory;
import io.flinklm.predict.Prediction;
import io.flinklm.predict.Prompt;
import io.flinklm.predict.PromptJson;
import io.flinklm.predict.PromptJson.UnreadablePromptException;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.Tokenizer.UnknownTokenException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.apache.flink.runtime.state.StateInitializationContext;
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
 * the prompts that wait for the first weights, a blob each. The weights are no state of it: the
 * training has them in the same checkpoint and sends them before anything else.
 */
final class PredictOperator extends AbstractStreamOperator<SessionPrediction>
    implements TwoInputStreamOperator<PromptRecord, PublishedWeights, SessionPrediction> {
  private static final long serialVersionUID = 1;

  /** How many prompts may wait in each subtask. */
  static final int MOST_WAITING = 1_000;

  private static final int ANSWERS_IN_HISTOGRAM = 1_000;

  private static final ListStateDescriptor<byte[]> WAITING =
      new ListStateDescriptor<>("waiting", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private final Frame frame;
  private final TrainedModel pinned;
  private final String device;
  private final Duration timeToLive;
  private transient ValueState<byte[]> sessionState;
  private transient ListState<byte[]> waitingState;
  private transient LoadedModel model;
  private transient int waiting;
  private transient Histogram latency;

  /**
   * An operator that has not been opened.
   *
   * @param frame of the weights that it gets
   * @param pinned weights to answer with, whatever comes; null for those that come
   * @param timeToLive of what is remembered of a session
   */
  PredictOperator(Frame frame, TrainedModel pinned, String device, Duration timeToLive) {
    this.frame = frame;
    this.pinned = pinned;
    this.device = device;
    this.timeToLive = timeToLive;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    ValueStateDescriptor<byte[]> session =
        new ValueStateDescriptor<>(
            "session", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
    session.enableTimeToLive(StateTtlConfig.newBuilder(timeToLive).build());
    sessionState = context.getKeyedStateStore().getState(session);
    waitingState = context.getKeyedStateStore().getListState(WAITING);
    for (String waitingSession : sessionsWaiting()) {
      setCurrentKey(waitingSession);
      for (byte[] ignored : waitingState.get()) {
        waiting++;
      }
    }
    getMetricGroup().gauge("promptsWaiting", () -> waiting);
    getMetricGroup().gauge("step", () -> model == null ? 0 : model.step());
    latency =
        getMetricGroup()
            .histogram(
                "latencyMilliseconds", new DescriptiveStatisticsHistogram(ANSWERS_IN_HISTOGRAM));
  }

  @Override
  public void open() throws Exception {
    super.open();
    EngineTest.require(frame.net(), frame.cell(), 1, PyTorch.device(device));
    if (pinned != null) {
      answerWith(
          LoadedModel.load(
              frame, pinned.step(), pinned.sha256(), pinned.safetensors(), PyTorch.device(device)));
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
      output.collect(TrainingJob.DEAD_LETTERS, new StreamRecord<>(letter));
      return;
    }
    Optional<String> error = prompt.beyondLimits().or(() -> unknownToken(prompt));
    if (error.isPresent()) {
      emit(record.key(), Prediction.ofError(prompt.id(), error.get()));
    } else if (model != null) {
      answer(record.key(), prompt);
      if (element.hasTimestamp()) {
        // By two clocks, of who asked and of this machine.
        latency.update(Math.max(0, System.currentTimeMillis() - element.getTimestamp()));
      }
    } else if (waiting < MOST_WAITING) {
      waitingState.add(new WaitingPrompt(record.key(), prompt).write());
      waiting++;
    } else {
      String full = "there are no weights yet, and " + waiting + " prompts wait for them already";
      emit(record.key(), Prediction.ofError(prompt.id(), full));
    }
  }

  private Optional<String> unknownToken(Prompt prompt) {
    try {
      new Tokenizer(frame.vocabulary()).ids(prompt.text());
      return Optional.empty();
    } catch (UnknownTokenException e) {
      return Optional.of(e.getMessage());
    }
  }

  @Override
  public void processElement2(StreamRecord<PublishedWeights> element) throws Exception {
    if (pinned == null) {
      PublishedWeights weights = element.getValue();
      weights.requireWhole();
      answerWith(
          LoadedModel.load(frame, weights.step(), weights.safetensors(), PyTorch.device(device)));
    }
  }

  private void answerWith(LoadedModel loaded) throws Exception {
    LoadedModel before = model;
    model = loaded;
    if (before != null) {
      before.close();
    }
    if (waiting > 0) {
      for (String session : sessionsWaiting()) {
        setCurrentKey(session);
        for (byte[] blob : waitingState.get()) {
          WaitingPrompt prompt = WaitingPrompt.read(blob);
          answer(prompt.session(), prompt.prompt());
        }
        waitingState.clear();
      }
      waiting = 0;
    }
  }

  private List<String> sessionsWaiting() {
    try (var sessions =
        this.<String>getKeyedStateBackend().getKeys(WAITING.getName(), VoidNamespace.INSTANCE)) {
      return new ArrayList<>(sessions.toList());
    }
  }

  private void answer(byte[] session, Prompt prompt) throws Exception {
    Answer answer = model.answer(prompt, session == null ? Memory.NONE : remembered());
    if (session != null && answer.prediction().error() == null) {
      sessionState.update(new SessionState(SessionState.model(frame), answer.memory()).write());
    }
    emit(session, answer.prediction());
  }

  // What another model remembers says nothing to this one: its session begins anew.
  private Memory remembered() throws Exception {
    byte[] blob = sessionState.value();
    SessionState state = blob == null ? null : SessionState.read(blob);
    return state != null && state.model().equals(SessionState.model(frame))
        ? state.memory()
        : Memory.NONE;
  }

  private void emit(byte[] session, Prediction prediction) {
    output.collect(new StreamRecord<>(new SessionPrediction(session, prediction)));
  }

  @Override
  public void close() throws Exception {
    if (model != null) {
      model.close();
    }
    super.close();
  }
}
