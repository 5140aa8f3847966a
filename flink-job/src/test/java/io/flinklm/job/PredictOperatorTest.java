package io.flinklm.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flinklm.Blob.RefusedException;
import io.flinklm.net.Cell;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.NetConfig;
import io.flinklm.net.PyTorch;
import io.flinklm.predict.LoadedModel;
import io.flinklm.predict.LoadedModel.Frame;
import io.flinklm.predict.Memory;
import io.flinklm.predict.Prediction;
import io.flinklm.predict.Prompt;
import io.flinklm.predict.PromptJson;
import io.flinklm.train.Weights;
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
      for (int i = 3; i < PredictOperator.MOST_WAITING; i++) {
        after.ask("t" + i % 7, cold("w" + i, "one"));
      }
      assertThat(after.answers()).isEmpty();
      after.ask("s", cold("full", "one"));
      assertThat(after.answers())
          .containsExactly(
              Prediction.ofError(
                  "full", "there are no weights yet, and 1000 prompts wait for them already"));

      after.weights(OLD);
      assertThat(after.answers()).hasSize(PredictOperator.MOST_WAITING + 1);
      assertThat(after.answers()).extracting(Prediction::id).doesNotHaveDuplicates();
      Prediction first = after.answer("1");
      assertThat(first).isEqualTo(alone(OLD, cold("1", "one two")));
      assertThat(after.answer("2").text())
          .as("in their order")
          .isEqualTo(alone(OLD, cold("2", "one two " + first.text() + " five")).text());
      assertThat(after.answer("3")).isEqualTo(alone(OLD, cold("3", "nine")));

      after.weights(NEW);
      assertThat(after.answers()).as("each once").hasSize(PredictOperator.MOST_WAITING + 1);
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

      assertThat(harness.getSideOutput(TrainingJob.DEAD_LETTERS))
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
                  "the prompt cannot be read: it is not a JSON object, see line 1"),
              new DeadLetter(
                  null,
                  null,
                  List.of(),
                  "prompts",
                  0,
                  0,
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
  void weightsThatAreDamagedAreRefused() throws Exception {
    byte[] damaged = NEW.safetensors().clone();
    damaged[damaged.length - 1] ^= 1;
    try (Harness harness = new Harness(null)) {
      harness.open();
      assertThatThrownBy(
              () -> harness.weights(PublishedWeights.of(100, NEW.safetensors()), damaged))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("damaged");
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

    Harness(TrainedModel pinned) throws Exception {
      super(
          new PredictOperator(FRAME, pinned, "cpu", HOUR),
          PromptRecord::session,
          null,
          Types.STRING,
          128,
          1,
          0);
    }

    void ask(String session, Prompt prompt) throws Exception {
      receive(session == null ? null : session.getBytes(UTF_8), PromptJson.toBytes(prompt));
    }

    void receive(byte[] key, byte[] value) throws Exception {
      processElement1(
          new StreamRecord<>(new PromptRecord(key, value, List.of(), "prompts", 0, offset++)));
    }

    void weights(TrainedModel model) throws Exception {
      weights(PublishedWeights.of(model.step(), model.safetensors()), model.safetensors());
    }

    void weights(PublishedWeights sent, byte[] received) throws Exception {
      processElement2(
          new StreamRecord<>(new PublishedWeights(sent.step(), received, sent.crc32())));
    }

    List<Prediction> answers() {
      return extractOutputValues().stream().map(SessionPrediction::prediction).toList();
    }

    Prediction answer(String id) {
      return answers().stream().filter(a -> a.id().equals(id)).findFirst().orElseThrow();
    }
  }
}
