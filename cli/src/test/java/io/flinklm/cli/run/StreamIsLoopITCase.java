package io.flinklm.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import io.flinklm.cli.fixture.RunFiles;
import io.flinklm.lane.Lanes;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.producer.Interleaving;
import io.flinklm.producer.LanePlan;
import io.flinklm.producer.TextTopic;
import io.flinklm.text.Corpus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Training through Kafka and Flink gives the bits of a plain loop in memory. */
class StreamIsLoopITCase {
  private static final JsonMapper JSON = new JsonMapper();
  private static final List<String> OF_BYTES =
      List.of(
          "bytes_produced",
          "bytes_trained",
          "bytes_scored",
          "train_bits_per_byte",
          "valid_bits_per_byte");

  @TempDir private static Path loops;
  private static final List<Ended> LOOPS = new ArrayList<>();

  @TempDir private Path directory;

  @BeforeAll
  static void trainInPlainLoops() {
    for (String seed : List.of("0", "1")) {
      LOOPS.add(
          Command.here(
              loops,
              "run",
              "--plain-loop",
              "--epochs=2",
              "--json",
              "--seed",
              seed,
              "--out=" + seed));
    }
  }

  private static RunFiles loop(int seed) {
    return new RunFiles(loops.resolve(Integer.toString(seed)));
  }

  @Test
  void seedsDiffer() throws Exception {
    assertThat(LOOPS.get(0).results().get("weights_sha256"))
        .isNotEqualTo(LOOPS.get(1).results().get("weights_sha256"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void runGivesTheBitsOfThePlainLoop(int seed) throws Exception {
    String[] words = {"run", "--epochs=2", "--json", "--port=0", "--seed", String.valueOf(seed)};
    // Once as a person calls it; a process of its own takes seconds to start.
    Ended run = seed == 0 ? Command.run(directory, words) : Command.here(directory, words);
    assertThat(run.results()).isEqualTo(LOOPS.get(seed).results());
    requireComplete(run.json());
    RunFiles files = new RunFiles(directory.resolve("out"));
    assertThat(files.weights()).isEqualTo(loop(seed).weights());
    assertThat(files.reports()).isEqualTo(loop(seed).reports());
    assertThat(files.lastOfAllSteps()).isEqualTo(98);
  }

  private static void requireComplete(ObjectNode json) {
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "steps",
            "tokens_produced",
            "tokens_trained",
            "tokens_scored",
            "tokens_refused",
            "refused",
            "tokens_waiting",
            "bytes_produced",
            "bytes_trained",
            "bytes_scored",
            "bytes_refused",
            "refused_bytes",
            "bytes_waiting",
            "train_bits_per_byte",
            "valid_bits_per_byte",
            "code_length",
            "train_loss",
            "valid_loss",
            "accuracy",
            "seconds",
            "tokens_per_second",
            "weights_sha256");
    // Of 63,095 tokens, each of 64 lanes gets 49 windows of 16 to train on and 12 to be scored on.
    assertThat(json.get("steps").asLong()).isEqualTo(2 * 49);
    assertThat(json.get("tokens_trained").asLong()).isEqualTo(2 * 64 * (49 * 16 + 1));
    assertThat(json.get("tokens_scored").asLong()).isEqualTo(2 * 64 * (12 * 16 + 1));
    assertThat(json.get("tokens_refused").asLong()).isEqualTo(0);
    assertThat(json.get("tokens_waiting").asLong()).isEqualTo(0);
    assertThat(json.get("tokens_produced").asLong())
        .isEqualTo(json.get("tokens_trained").asLong() + json.get("tokens_scored").asLong());
    assertThat(json.get("bytes_waiting").asLong()).isEqualTo(0);
    assertThat(json.get("bytes_produced").asLong())
        .isEqualTo(json.get("bytes_trained").asLong() + json.get("bytes_scored").asLong());
    // A word of the numbers has 4.7 letters and a space on average.
    assertThat(json.get("bytes_produced").asDouble() / json.get("tokens_produced").asLong())
        .isBetween(5.0, 6.5);
    assertThat(json.get("valid_bits_per_byte").asDouble()).isBetween(0.05, 0.5);
    assertThat(json.get("code_length").isNull()).isTrue();
    assertThat(json.get("seconds").asDouble()).isPositive();
    assertThat(json.get("tokens_per_second").asDouble()).isPositive();
    assertThat(json.get("accuracy").asDouble()).isBetween(0.5, 1.0);
    assertThat(json.get("weights_sha256").asText()).matches("[0-9a-f]{64}");
  }

  @Test
  void shardsGiveOneSetOfBitsOnAnyNumberOfThreads() throws Exception {
    String[] both = {"--epochs=1", "--hidden=32", "--shards=4", "--json"};
    Ended loop = Command.here(directory, words("run --plain-loop", "--engine-threads=1", both));
    // On as many as the machine has cores, up to four.
    Ended run = Command.here(directory, words("run", "--port=0", both));
    assertThat(run.results()).isEqualTo(loop.results());
    Ended one =
        Command.here(
            directory, words("run", "--plain-loop", "--epochs=1", "--hidden=32", "--json"));
    assertThat(one.json().get("weights_sha256")).isNotEqualTo(loop.json().get("weights_sha256"));
  }

  @Test
  void soDoesOneOfWhichEverythingIsChosen() throws Exception {
    String[] chosen = {
      "--model=lmmodel6",
      "--embedding=40",
      "--learning-rate=0.005",
      "--schedule=constant",
      "--warm-up=20",
      "--momentum=0.9",
      "--weight-decay=0.05",
      "--clip=0.5",
      "--ar=1",
      "--tar=0.5",
      "--dropout=0.2",
      "--valid-share=0.1",
      "--epochs=1",
      "--json"
    };
    Ended loop = Command.here(directory, words("run", "--plain-loop", chosen));
    Ended run = Command.here(directory, words("run", "--port=0", chosen));

    assertThat(run.results()).isEqualTo(loop.results());
    assertThat(run.json().get("steps").asLong()).isEqualTo(55);
    JsonMapper json = new JsonMapper();
    Path models = directory.resolve("out/models/latest");
    assertThat(json.readTree(models.resolve("card.json").toFile()).get("hyperparameters"))
        .isEqualTo(
            json.readTree(
                """
                {"learning_rate": 0.005, "schedule": "constant", "warm_up": 20, "momentum": 0.9,
                 "weight_decay": 0.05, "clip": 0.5, "ar": 1.0, "tar": 0.5, "dropout": 0.2,
                 "embedding": 40}"""));
    assertThat(json.readTree(models.resolve("config.json").toFile()).at("/net/embedding").asInt())
        .isEqualTo(40);
  }

  @Test
  void theShareThatIsEvaluatedIsTheProducersToo() throws Exception {
    String[] produced = {"--valid-share=0", "--epochs=1"};
    Ended loop =
        Command.here(
            directory, words("run", "--plain-loop", "--valid-share=0", "--epochs=1", "--json"));
    try (TestedKafka broker = TestedKafka.start(directory.resolve("kafka"))) {
      String where = "--bootstrap=" + broker.address();
      // Each of 64 lanes gets all of its 61 windows to train on.
      assertThat(Command.here(words("produce", where, produced)).out())
          .startsWith(64 * (61 * 16 + 1) + " tokens published in 64 lanes");
      Ended train = Command.here(directory, "train", where, "--bounded", "--json", "--port=0");
      assertThat(train.results()).isEqualTo(loop.results());
      assertThat(train.json().get("tokens_scored").asLong()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"words", "characters", "bytes"})
  void soIsWhatIsSaidOfBytesAndOfTheCode(String tokenizer) throws Exception {
    Path corpus = directory.resolve("corpus.txt");
    Files.writeString(corpus, "eins zwölf\ndrei  日本 fünf ".repeat(300));
    String[] both = {
      "--corpus=" + corpus,
      "--tokenizer=" + tokenizer,
      "--lanes=4",
      "--bptt=16",
      "--hidden=16",
      "--epochs=2",
      "--prequential",
      "--json"
    };
    Ended loop = Command.here(directory, words("run", "--plain-loop", both));
    RunFiles files = new RunFiles(directory.resolve("out"));
    Map<String, ObjectNode> reports = files.reports();
    Ended run = Command.here(directory, words("run", "--port=0", both));

    assertThat(run.results()).isEqualTo(loop.results());
    assertThat(files.reports()).isEqualTo(reports);
    JsonNode code = run.json().get("code_length");
    assertThat(code.get("of_bytes").asLong() * 2)
        .isEqualTo(run.json().get("bytes_produced").asLong());
    assertThat(code.get("bytes").asDouble()).isBetween(1.0, code.get("of_bytes").asDouble());
    assertThat(run.out()).contains("code length ", " bytes of text: ");
    JsonNode settings = JSON.readTree(directory.resolve("out/run.json").toFile());
    assertThat(settings.get("code_length")).isEqualTo(code);
  }

  private static String[] words(String command, String option, String... more) {
    return Stream.of(Stream.of(command.split(" ")), Stream.of(option), Stream.of(more))
        .flatMap(word -> word)
        .toArray(String[]::new);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "7"})
  void theNumberOfPartitionsChangesNothing(String partitions) throws Exception {
    Ended run =
        Command.here(
            directory, "run", "--epochs=2", "--json", "--port=0", "--partitions", partitions);
    assertThat(run.results()).isEqualTo(LOOPS.get(0).results());
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 50})
  void anotherInterleavingChangesNothing(int size) throws Exception {
    Corpus text = Corpus.humanNumbers();
    LanePlan plan = LanePlan.of(text, Lanes.of(text.size(), 64, 16), 2);
    try (TestedKafka broker = TestedKafka.start(directory.resolve("kafka"))) {
      TextTopic.create(broker.kafka(), "text", 3)
          .publish(plan.withTokensPerRecord(size).withInterleaving(Interleaving.shuffled(5)));
      Ended train =
          Command.here(
              directory,
              "train",
              "--bootstrap",
              broker.address(),
              "--bounded",
              "--json",
              "--port=0");
      ObjectNode expected = LOOPS.get(0).results();
      ObjectNode found = train.results();
      // Records are joined by nothing: each further border is a space less.
      assertThat(found.get("bytes_produced").asLong())
          .isEqualTo(
              expected.get("bytes_produced").asLong()
                  - (records(plan.withTokensPerRecord(size)) - records(plan)));
      if (size != LanePlan.TOKENS_PER_RECORD) {
        found.remove(OF_BYTES);
        expected.remove(OF_BYTES);
      }
      assertThat(found).isEqualTo(expected);
    }
  }

  private static long records(LanePlan plan) {
    return plan.recordsPerLane().values().stream().mapToLong(Long::longValue).sum();
  }

  @Test
  void kafkaThatHoldsOtherTextChangesNothing() throws Exception {
    try (TestedKafka broker = TestedKafka.start(directory.resolve("kafka"))) {
      TextTopic.create(broker.kafka(), "text", 3).sendToEach("0", "text of somebody else");
      Ended run =
          Command.here(
              directory,
              "run",
              "--epochs=2",
              "--json",
              "--port=0",
              "--bootstrap",
              broker.address());
      assertThat(run.results()).isEqualTo(LOOPS.get(0).results());
    }
  }

  @Test
  void subwordsOfWholePiecesGiveTheBitsOfThePlainLoop() throws Exception {
    Path tokenizer =
        Path.of("../model/src/test/resources/fixtures/byte-level.tokenizer.json").toAbsolutePath();
    String[] both = {
      "--epochs=1", "--tokenizer=" + tokenizer, "--lanes=16", "--bptt=16", "--hidden=16", "--json"
    };
    Ended loop = Command.here(directory, words("run", "--plain-loop", both));
    Ended run = Command.here(directory, words("run", "--port=0", both));
    assertThat(run.results()).isEqualTo(loop.results());
    // Behind the last window of a lane its last piece goes on.
    ObjectNode json = run.json();
    assertThat(json.get("refused").fieldNames()).toIterable().containsExactly("tail");
    assertThat(json.get("tokens_waiting").asLong()).isZero();
    RunFiles files = new RunFiles(directory.resolve("out"));
    assertThat(files.out().resolve("tokenizer.json")).hasSameBinaryContentAs(tokenizer);
    assertThat(files.out().resolve("vocabulary.txt")).doesNotExist();
    assertThat(Command.here("predict", "two thousand and", "--from=" + files.out()).out())
        .contains("  -> ");
  }

  @Test
  void eachPartAloneGivesTheSame() throws Exception {
    try (Command broker = Command.start(directory, "broker", "--port=0")) {
      String address = broker.awaitLine("Kafka ").split(" ", -1)[0];
      String[] produce = {"produce", "--epochs=2", "--bootstrap", address};
      Ended produced = Command.here(produce);
      assertThat(produced.out())
          .as(produced.err())
          .isEqualTo("125184 tokens published in 64 lanes to " + address + "\n");
      assertThat(Command.here(produce).out())
          .as("all of it is there already")
          .contains("going on behind it", "0 tokens published in 64 lanes");

      Ended train =
          Command.run(
              directory, "train", "--bootstrap", address, "--bounded", "--json", "--port=0");
      assertThat(train.results()).isEqualTo(LOOPS.get(0).results());
      assertThat(new RunFiles(directory.resolve("out")).reports()).isEqualTo(loop(0).reports());

      broker.signal("INT");
      assertThat(broker.await().code()).isEqualTo(0);
      assertThat(broker.await().err()).isEmpty();
    }
  }
}
