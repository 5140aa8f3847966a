package io.flinklm.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.flinklm.application.settings.ModelOnDisk;
import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import io.flinklm.job.models.PinnedModel;
import io.flinklm.predict.LoadedModel;
import io.flinklm.predict.LoadedModel.Answer;
import io.flinklm.predict.Memory;
import io.flinklm.predict.Prediction;
import io.flinklm.predict.PredictionJson;
import io.flinklm.predict.Prompt;
import io.flinklm.producer.TextTopic;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.client.PromptClient;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model is asked while it is trained, in a run that is stopped and goes on. */
class PredictionsITCase {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int STEPS = 3;

  // Weights leave the training with the checkpoints alone, so that each that answers is on disk.
  private static final String[] RUN = {
    "--port=0", "--checkpoint-interval=1", "--export-every=0", "--publish-every=1000000", "--keep=0"
  };

  @TempDir private Path directory;
  private final List<Prediction> answers = new ArrayList<>();
  private final byte[] noPrompt = "{\"id\": \"a\", \"text\": 5}".getBytes(UTF_8);

  @Test
  void askedWhileItIsTrainedItAnswersWithTheModelsThatAreOnDisk() throws Exception {
    Prediction first;
    try (Command run =
        start("run", "--continuous", "--hidden=8", "--lanes=8", "--predict-parallelism=2")) {
      KafkaAddress kafka = KafkaAddress.of(run.awaitLine("Kafka "));
      try (PromptClient client = PromptClient.connect(kafka)) {
        first = client.ask("talk", cold("one thousand two"), PATIENCE);
        Set<Long> steps = new TreeSet<>();
        while (steps.size() < STEPS) {
          Prediction answer = client.ask(null, cold("one thousand"), PATIENCE);
          answers.add(answer);
          steps.add(answer.step());
        }
        assertThat(client.ask(null, cold("one zebra"), PATIENCE).error())
            .isEqualTo("token 2, 'zebra', is not in the vocabulary, which has no <unk>");
        assertThat(client.ask(null, new Prompt("n", "one", 1_001, 0, 0, 0), PATIENCE).error())
            .isEqualTo("tokens must be 1 to 1000, found 1001");
      }
      askWithTheCommands(kafka);
      requireDeadLetter(kafka);
      requireThatEachIsOfAModelOnDisk(run);
      stop(run);
    }
    try (Command run = start("run", "--resume");
        PromptClient client = PromptClient.connect(KafkaAddress.of(run.awaitLine("Kafka ")))) {
      Prediction second = client.ask("talk", cold("hundred"), PATIENCE);
      answers.add(second);
      assertThat(second.step()).isGreaterThanOrEqualTo(newestStep(answers.subList(0, STEPS)));
      requireThatEachIsOfAModelOnDisk(run);
      Answer before = onDisk(first, cold("one thousand two"), Memory.NONE);
      assertThat(before.prediction().tokens()).isEqualTo(first.tokens());
      assertThat(onDisk(second, cold("hundred"), before.memory()).prediction().tokens())
          .as("the session goes on where it was")
          .isEqualTo(second.tokens());
      stop(run);
    }
    Path pinned = directory.resolve("out/models/step-" + first.step());
    try (Command run = start("run", "--resume", "--serve-from=" + pinned);
        PromptClient client = PromptClient.connect(KafkaAddress.of(run.awaitLine("Kafka ")))) {
      Prediction again = client.ask(null, cold("one thousand two"), PATIENCE);
      assertThat(again.tokens()).isEqualTo(first.tokens());
      assertThat(again.weightsSha256()).isEqualTo(first.weightsSha256());
      stop(run);
    }
  }

  private Command start(String command, String... options) throws Exception {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of(options));
    all.addAll(List.of(RUN));
    return Command.start(directory, all.toArray(String[]::new));
  }

  private static void stop(Command run) throws Exception {
    run.signal("INT");
    Ended ended = run.await();
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.err()).isEmpty();
    assertThat(ended.out()).contains("Stopped; the last checkpoint is kept.");
  }

  private static Prompt cold(String text) {
    return Prompt.of(text, 8);
  }

  private void askWithTheCommands(KafkaAddress kafka) throws Exception {
    String bootstrap = "--bootstrap=" + kafka.bootstrap();
    Ended json = Command.here("predict", "one thousand", "--tokens=3", "--json", bootstrap);
    assertThat(json.code()).as(json.err()).isZero();
    Prediction answer = PredictionJson.parse(json.out().getBytes(UTF_8));
    assertThat(answer.tokens()).hasSize(3);
    answers.add(answer);
    Ended shown = Command.here("predict", "one thousand", "--tokens=3", bootstrap);
    assertThat(shown.out())
        .startsWith("one thousand\n  -> ")
        .contains("probability  token\n")
        .containsPattern("\nWeights of step \\d+, SHA-256 [0-9a-f]{12}\n");
    assertThat(Command.here("predict", "one zebra", bootstrap).mistake())
        .isEqualTo("token 2, 'zebra', is not in the vocabulary, which has no <unk>");
    try (Command chat = Command.start(directory, "chat", "--tokens=2", bootstrap)) {
      try (OutputStream in = chat.process().getOutputStream()) {
        in.write("one thousand\n\nzebra\ntwo\n".getBytes(UTF_8));
      }
      Ended ended = chat.await();
      assertThat(ended.code()).as(ended.err()).isZero();
      List<String> lines = ended.out().lines().toList();
      assertThat(lines).hasSize(3);
      assertThat(lines.get(0)).matches("\\S+ \\S+");
      assertThat(lines.get(1)).startsWith("(token 1, 'zebra', is not in the vocabulary");
      assertThat(lines.get(2)).matches("\\S+ \\S+");
    }
  }

  private void requireDeadLetter(KafkaAddress kafka) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrap()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        PromptClient client = PromptClient.connect(kafka)) {
      long offset =
          producer
              .send(new ProducerRecord<>("prompts", "s".getBytes(UTF_8), noPrompt))
              .get()
              .offset();
      ConsumerRecord<byte[], byte[]> letter = TextTopic.awaitFirst(kafka, "dead-letters", PATIENCE);
      assertThat(letter.key()).isEqualTo("s".getBytes(UTF_8));
      assertThat(letter.value()).isEqualTo(noPrompt);
      assertThat(header(letter, "error"))
          .isEqualTo("the prompt cannot be read: its field 'text' must be text");
      assertThat(header(letter, "topic")).isEqualTo("prompts");
      assertThat(header(letter, "offset")).isEqualTo(Long.toString(offset));
      assertThat(client.ask("s", cold("one"), PATIENCE).error()).as("it goes on").isNull();
    }
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }

  private void requireThatEachIsOfAModelOnDisk(Command run) throws Exception {
    for (Prediction answer : answers) {
      Path model = directory.resolve("out/models/step-" + answer.step());
      run.awaitThat(() -> Files.exists(model), "the model of step " + answer.step());
      assertThat(ModelOnDisk.read(model).weights().sha256()).isEqualTo(answer.weightsSha256());
    }
  }

  private Answer onDisk(Prediction of, Prompt prompt, Memory before) {
    PinnedModel saved = ModelOnDisk.read(directory.resolve("out/models/step-" + of.step()));
    try (LoadedModel model =
        LoadedModel.load(
            saved.frame(),
            saved.weights().step(),
            saved.weights().sha256(),
            saved.weights().safetensors(),
            Device.cpu())) {
      return model.answer(prompt, before);
    }
  }

  private static long newestStep(List<Prediction> answers) {
    return answers.stream().mapToLong(Prediction::step).max().orElseThrow();
  }
}
