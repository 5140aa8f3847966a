package io.flinklm.job.predict;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flinklm.Blob.RefusedException;
import io.flinklm.engine.DeviceChoice;
import io.flinklm.engine.PyTorch;
import io.flinklm.job.SmallText;
import io.flinklm.job.models.PublishedWeights;
import io.flinklm.job.models.TrainedModel;
import io.flinklm.job.record.DeadLetter;
import io.flinklm.job.record.PromptRecord;
import io.flinklm.net.Cell;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.NetConfig;
import io.flinklm.predict.LoadedModel;
import io.flinklm.predict.LoadedModel.Frame;
import io.flinklm.predict.Memory;
import io.flinklm.predict.Prediction;
import io.flinklm.predict.Prompt;
import io.flinklm.predict.PromptJson;
import io.flinklm.weights.Weights;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** The operator {@code predict} alone, with the real engine. */
class PredictOperatorTest {
  private static final NetConfig NET =
      new NetConfig("lmmodel7", SmallText.VOCABULARY.size(), 8, 2, 0.4);
  private static final Frame FRAME = new Frame(NET, Cell.ENGINE, 4, SmallText.VOCABULARY);
  private static final TrainedModel OLD = weights(1, 50);
  private static final TrainedModel NEW = weights(2, 100);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final int WAITING = AnswerLimits.DEFAULT.waiting();

  @Test
  void anAnswerIsThatOfTheModelAloneAndItsKeyThatOfThePrompt() throws Exception {
    Prompt prompt = new Prompt("a", "one two three", 6, 1.0, 3, 5);
    try (Harness harness = new Harness(null)) {
      harness.open();
      harness.weights(OLD);
      harness.ask("s", prompt);
      harness.weights(NEW);
      harness.ask("other", prompt);

      assertThat(harness.answers()).containsExactly(alone(OLD, prompt), alone(NEW, prompt));
      assertThat(harness.extractOutputValues())
          .extracting(answer -> new String(answer.session(), UTF_8))
          .containsExactly("s", "other");
    }
  }

  @Test
  void aSessionGoesOnAndOneWithoutAKeyNever() throws Exception {
    try (Harness harness = new Harness(null)) {
      harness.open();
      harness.weights(OLD);
      harness.ask("s", cold("1", "one two"));
      harness.ask("t", cold("2", "nine"));
      harness.ask("s", cold("3", "five"));
      harness.ask(null, cold("4", "one two"));
      harness.ask(null, cold("5", "five"));

      List<Prediction> answers = harness.answers();
      String first = answers.get(0).text();
      assertThat(answers.get(2).text())
          .isEqualTo(alone(OLD, cold("3", "one two " + first + " five")).text());
      assertThat(answers.get(4)).isEqualTo(alone(OLD, cold("5", "five")));
      assertThat(harness.numKeyedStateEntries()).as("s and t").isEqualTo(2);
    }
  }

  @Test
  void aSessionIsForgottenAfterItsTime() throws Exception {
    try (Harness harness = new Harness(null)) {
      harness.open();
      harness.setStateTtlProcessingTime(0);
      harness.weights(OLD);
      harness.ask("s", cold("1", "one two"));
      harness.setStateTtlProcessingTime(HOUR.toMillis() + 1);
      harness.ask("s", cold("2", "five"));

      assertThat(harness.answers().get(1)).isEqualTo(alone(OLD, cold("2", "five")));
    }
  }

  @Test
  void restoredSessionsGoOnButOnlyWithTheWeightsThatComeThen() throws Exception {
    List<Prediction> undisturbed = new ArrayList<>();
    try (Harness harness = new Harness(null)) {
      harness.open();
      harness.weights(OLD);
      harness.ask("s", cold("1", "one two"));
      harness.weights(NEW);
      harness.ask("s", cold("2", "five"));
      undisturbed.addAll(harness.answers());
    }

    OperatorSubtaskState state;
    try (Harness killed = new Harness(null)) {
      killed.open();
      killed.weights(OLD);
      killed.ask("s", cold("1", "one two"));
      state = killed.snapshot(1, 1);
    }
    try (Harness restarted = new Harness(null)) {
      restarted.initializeState(state);
      restarted.open();
      restarted.ask("s", cold("2", "five"));
      assertThat(restarted.answers()).as("the weights of the checkpoint come first").isEmpty();
      restarted.weights(NEW);

      assertThat(restarted.answers()).containsExactly(undisturbed.get(1));
    }
  }

  @Test
  void promptsWaitForTheFirstWeightsAlsoInACheckpoint() throws Exception {
    OperatorSubtaskState state;
    try (Harness before = new Harness(null)) {
      before.open();
      before.ask("s", cold("1", "one two"));
      before.ask("s", cold("2", "five"));
      before.ask(null, cold("3", "nine"));
      assertThat(before.answers()).isEmpty();
      state = before.snapshot(1, 1);
    }
    try (Harness after = new Harness(null)) {
      after.initializeState(state);
      after.open();
      for (int i = 3; i < WAITING; i++) {
        after.ask("t" + i % 7, cold("w" + i, "one"));
      }
      assertThat(after.answers()).isEmpty();
      after.ask("s", cold("full", "one"));
      assertThat(after.answers())
          .containsExactly(
              Prediction.ofError(
                  "full", "there are no weights yet, and 1000 prompts wait for them already"));

      after.weights(OLD);
      assertThat(after.answers()).hasSize(WAITING + 1);
      assertThat(after.answers()).extracting(Prediction::id).doesNotHaveDuplicates();
      Prediction first = after.answer("1");
      assertThat(first).isEqualTo(alone(OLD, cold("1", "one two")));
      assertThat(after.answer("2").text())
          .as("in their order")
          .isEqualTo(alone(OLD, cold("2", "one two " + first.text() + " five")).text());
      assertThat(after.answer("3")).isEqualTo(alone(OLD, cold("3", "nine")));

      after.weights(NEW);
      assertThat(after.answers()).as("each once").hasSize(WAITING + 1);
    }
  }

  @Test
  void whatIsNoPromptIsADeadLetterAndWhatCannotBeAnsweredIsSaid() throws Exception {
    byte[] noPrompt = "{\"id\": \"a\"".getBytes(UTF_8);
    try (Harness harness = new Harness(null)) {
      harness.open();
      // Whether there are weights or not.
      for (int time = 0; time < 2; time++) {
        harness.receive("s".getBytes(UTF_8), noPrompt);
        harness.receive(null, null);
        harness.ask("s", cold("b", "one zebra"));
        harness.ask("s", new Prompt("c", "one", 1_001, 0, 0, 0));
        harness.weights(OLD);
      }

      assertThat(harness.getSideOutput(DeadLetter.TAG))
          .extracting(StreamRecord::getValue)
          .usingRecursiveFieldByFieldElementComparatorIgnoringFields("offset")
          .startsWith(
              new DeadLetter(
                  "s".getBytes(UTF_8),
                  noPrompt,
                  List.of(),
                  "prompts",
                  0,
                  0,
                  7,
                  "the prompt cannot be read: it is not a JSON object, see line 1"),
              new DeadLetter(
                  null,
                  null,
                  List.of(),
                  "prompts",
                  0,
                  0,
                  7,
                  "the record has no value; expected a JSON object"))
          .hasSize(4);
      Prediction unknown =
          Prediction.ofError("b", "token 2, 'zebra', is not in the vocabulary, which has no <unk>");
      Prediction tooMany = Prediction.ofError("c", "tokens must be 1 to 1000, found 1001");
      assertThat(harness.answers()).containsExactly(unknown, tooMany, unknown, tooMany);
    }
  }

  @Test
  void aPinnedModelAnswersAtOnceAndWhateverComes() throws Exception {
    try (Harness harness = new Harness(OLD)) {
      harness.open();
      harness.ask("s", cold("1", "one"));
      harness.weights(NEW);
      harness.ask("t", cold("2", "one"));

      assertThat(harness.answers())
          .containsExactly(alone(OLD, cold("1", "one")), alone(OLD, cold("2", "one")));
    }
  }

  @Test
  void anAnswerNamesTheLineageOfTheTraining() throws Exception {
    try (Harness harness = new Harness(null)) {
      harness.open();
      harness.sendWeights(PublishedWeights.of(50, OLD.safetensors(), "7c2e"), OLD.safetensors());
      harness.takeMail();
      harness.settle();
      harness.ask("s", cold("1", "one"));

      assertThat(harness.answers()).containsExactly(alone(OLD, cold("1", "one")).of("7c2e"));
    }
  }

  @Test
  void weightsThatAreDamagedAreRefused() throws Exception {
    byte[] damaged = NEW.safetensors().clone();
    damaged[damaged.length - 1] ^= 1;
    try (Harness harness = new Harness(null)) {
      harness.open();
      assertThatThrownBy(
              () -> harness.sendWeights(PublishedWeights.of(100, NEW.safetensors(), null), damaged))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("damaged");
    }
  }

  /** While prompts are answered, the task goes on: barriers and weights do not wait for them. */
  @Test
  void aCheckpointWithPromptsUnderWayHasAllThatAreNotAnswered() throws Exception {
    OperatorSubtaskState state;
    try (Harness killed = new Harness(null)) {
      killed.open();
      killed.weights(OLD);
      killed.ask("s", cold("1", "one two"));
      killed.send("s", cold("2", "five"));
      killed.send("t", cold("3", "nine"));
      killed.send("s", cold("4", "one"));
      state = killed.snapshot(1, 1);
      assertThat(killed.answers()).as("none has been taken").hasSize(1);
    }
    try (Harness undisturbed = new Harness(null);
        Harness restarted = new Harness(null)) {
      undisturbed.open();
      undisturbed.weights(OLD);
      undisturbed.ask("s", cold("1", "one two"));
      undisturbed.ask("s", cold("2", "five"));
      undisturbed.ask("t", cold("3", "nine"));
      undisturbed.ask("s", cold("4", "one"));
      restarted.initializeState(state);
      restarted.open();
      restarted.weights(OLD);

      for (String id : new String[] {"2", "3", "4"}) {
        assertThat(restarted.answer(id)).isEqualTo(undisturbed.answer(id));
      }
      OperatorSubtaskState after = restarted.snapshot(2, 2);
      try (Harness again = new Harness(null)) {
        again.initializeState(after);
        again.open();
        again.weights(OLD);
        assertThat(again.answers()).as("answered once").isEmpty();
      }
    }
  }

  @Test
  void whoAsksWhenTheQueueIsFullIsToldThatItIsBusy() throws Exception {
    AnswerLimits limits = new AnswerLimits(10_000, 10, 1 << 20, 3, 1_000);
    try (Harness harness = new Harness(null, limits)) {
      harness.open();
      harness.weights(OLD);
      for (int i = 1; i <= 5; i++) {
        harness.send("s", cold("" + i, "one"));
      }
      harness.settle();
      assertThat(harness.answers()).hasSize(5);
      for (String id : new String[] {"4", "5"}) {
        assertThat(harness.answer(id))
            .isEqualTo(Prediction.ofError(id, "busy: 3 prompts wait already; ask again later"));
      }

      // Bytes count too.
      harness.send("s", cold("6", "one " + " ".repeat(600)));
      harness.send("s", cold("7", "one " + " ".repeat(600)));
      harness.settle();
      assertThat(harness.answer("6").error()).isNull();
      assertThat(harness.answer("7").error()).startsWith("busy: 1 prompts");
    }
  }

  @Test
  void ofWeightsThatComeDuringAnAnswerTheNewestAreTakenUp() throws Exception {
    Prompt longer = new Prompt("1", "one two three", 1_000, 0, 0, 0);
    try (Harness harness = new Harness(null)) {
      harness.open();
      harness.weights(OLD);
      harness.send("s", longer);
      for (int i = 0; i < 20; i++) {
        harness.sendWeights(
            PublishedWeights.of(50 + i, OLD.safetensors(), null), OLD.safetensors());
      }
      harness.sendWeights(PublishedWeights.of(100, NEW.safetensors(), null), NEW.safetensors());
      harness.send("t", cold("2", "one"));
      harness.settle();

      assertThat(harness.answer("1").step()).isEqualTo(50);
      assertThat(harness.answer("2")).isEqualTo(alone(NEW, cold("2", "one")));
    }
  }

  @Test
  void theSessionsUsedLeastRecentlyAreForgottenAlsoAfterARestart() throws Exception {
    AnswerLimits three = new AnswerLimits(10_000, 3, 1 << 20, 10, 1 << 20);
    OperatorSubtaskState state;
    try (Harness harness = new Harness(null, three)) {
      harness.open();
      harness.weights(OLD);
      for (String session : new String[] {"a", "b", "c", "a", "d"}) {
        harness.setProcessingTime(harness.getProcessingTime() + 1);
        harness.ask(session, cold(session, "one two"));
      }
      assertThat(harness.numKeyedStateEntries()).as("b is forgotten").isEqualTo(3);
      state = harness.snapshot(1, 1);
    }
    try (Harness restarted = new Harness(null, three)) {
      restarted.initializeState(state);
      restarted.open();
      restarted.weights(OLD);
      restarted.setProcessingTime(100);
      restarted.ask("e", cold("e", "one two"));
      restarted.ask("a", cold("again", "five"));
      restarted.ask("c", cold("forgotten", "five"));

      assertThat(restarted.answer("again")).isNotEqualTo(alone(OLD, cold("again", "five")));
      assertThat(restarted.answer("forgotten")).isEqualTo(alone(OLD, cold("forgotten", "five")));
    }
    AnswerLimits small = new AnswerLimits(10_000, 3, 700, 10, 1 << 20);
    try (Harness smaller = new Harness(null, small)) {
      smaller.initializeState(state);
      assertThat(smaller.numKeyedStateEntries()).as("bytes count too").isLessThan(3);
    }
  }

  private static Prompt cold(String id, String text) {
    return new Prompt(id, text, 5, 0, 0, 0);
  }

  private static Prediction alone(TrainedModel weights, Prompt prompt) {
    try (LoadedModel model =
        LoadedModel.load(
            FRAME, weights.step(), weights.sha256(), weights.safetensors(), Device.cpu())) {
      return model.answer(prompt, Memory.NONE).prediction();
    }
  }

  private static TrainedModel weights(long seed, long step) {
    try (NDManager manager = PyTorch.newManager(Device.cpu())) {
      Weights weights = Weights.initial(LanguageModels.of(NET), seed, manager);
      return TrainedModel.of(step, weights.sha256(), weights.toSafetensors());
    }
  }

  private static final class Harness
      extends KeyedTwoInputStreamOperatorTestHarness<
          String, PromptRecord, PublishedWeights, SessionPrediction> {
    private long offset;

    private final PredictOperator predict;
    private final boolean pinned;

    Harness(TrainedModel pinned) throws Exception {
      this(pinned, AnswerLimits.DEFAULT);
    }

    Harness(TrainedModel pinned, AnswerLimits limits) throws Exception {
      this(new PredictOperator(FRAME, pinned, DeviceChoice.CPU, HOUR, limits), pinned != null);
    }

    private Harness(PredictOperator predict, boolean pinned) throws Exception {
      super(predict, PromptRecord::session, null, Types.STRING, 128, 1, 0);
      this.predict = predict;
      this.pinned = pinned;
    }

    @Override
    public void open() throws Exception {
      super.open();
      if (pinned) {
        takeMail();
      }
    }

    /** Waits for a mail of the thread that answers, and has the operator take it. */
    void takeMail() throws Exception {
      getTaskMailbox().take(0).run();
    }

    /** Waits until all prompts are answered that there are weights for. */
    void settle() throws Exception {
      while (predict.isAnswering()) {
        takeMail();
      }
    }

    void ask(String session, Prompt prompt) throws Exception {
      send(session, prompt);
      settle();
    }

    /** Asks without waiting for the answer. */
    void send(String session, Prompt prompt) throws Exception {
      receive(session == null ? null : session.getBytes(UTF_8), PromptJson.toBytes(prompt));
    }

    void receive(byte[] key, byte[] value) throws Exception {
      processElement1(
          new StreamRecord<>(new PromptRecord(key, value, List.of(), "prompts", 0, offset++, 7)));
    }

    void weights(TrainedModel model) throws Exception {
      sendWeights(
          PublishedWeights.of(model.step(), model.safetensors(), null), model.safetensors());
      if (!pinned) {
        takeMail();
        settle();
      }
    }

    void sendWeights(PublishedWeights sent, byte[] received) throws Exception {
      processElement2(
          new StreamRecord<>(
              new PublishedWeights(sent.step(), received, sent.crc32(), sent.lineage())));
    }

    List<Prediction> answers() {
      return extractOutputValues().stream().map(SessionPrediction::prediction).toList();
    }

    Prediction answer(String id) {
      return answers().stream().filter(a -> a.id().equals(id)).findFirst().orElseThrow();
    }
  }
}
