package io.flinklm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.fixture.Command;
import io.flinklm.local.kafka.Broker;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.local.process.Ports;
import io.flinklm.producer.TextTopic;
import io.flinklm.topics.KafkaAddress;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A person's mistake gives one line that says what would be right, and exit code 2. */
class MistakesITCase {
  private static final String TEXT = "one two three . ".repeat(100);

  @TempDir private Path directory;
  private Path out;
  private Path corpus;

  @BeforeEach
  void writeCorpus() throws Exception {
    out = directory.resolve("out");
    corpus = Files.writeString(directory.resolve("corpus.txt"), TEXT);
  }

  /** What a command says that ends before it has started anything. */
  private String mistake(String command, String... options) {
    String[] arguments = new String[options.length + 2];
    arguments[0] = command;
    System.arraycopy(options, 0, arguments, 1, options.length);
    arguments[options.length + 1] = "--out=" + out;
    return Command.here(arguments).mistake();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run --lanes=0 | --lanes must be 1 or more, not 0",
        "run --epochs=0 | --epochs must be 1 or more, not 0",
        "run --hidden=-1 | --hidden must be 1 or more, not -1",
        "run --hidden=2000000 | --hidden must be 1000000 or less, not 2000000",
        "run --hidden=100000 | its training needs about",
        "find-lr --from=1 --to=1 | --from must be more than 0 and less than --to",
        "find-lr --steps=1 | --steps must be 2 or more, not 1",
        "find-lr --schedule=cosine | leave out --learning-rate, --schedule and --warm-up",
        "find-lr --hidden=100000 | its training needs about",
        "run --hidden=2048 --layers=4 | its training needs a Java heap of",
        "run --hidden=2048 --layers=4 | give more heap with the environment variable FLINK_LM_HEAP",
        "run --plain-loop --hidden=2048 --layers=4 | its training needs a Java heap of",
        "run --plain-loop --hidden=4352 | a model on disk holds at most 268,304,383 parameters",
        "run --partitions=0 | --partitions must be 1 or more, not 0",
        "run --checkpoint-interval=0 | --checkpoint-interval must be 1 or more, not 0",
        "run --port=65536 | --port must be 0 to 65535, not 65536",
        "run --lanes=some | '--lanes': 'some' is not an int; see flink-lm run --help",
        "run --on-lost-text=skip | --on-lost-text is stop or hole, not 'skip'",
        "run --sprinkles | Unknown option: '--sprinkles'; see flink-lm run --help",
        "run --model=gpt | there is no model 'gpt'; --model is one of lmmodel",
        "run --device=gpu | no GPU is available to the engine; use --device cpu",
        "run --device=abacus | --device is auto, cpu or gpu, not 'abacus'",
        "run --engine-threads=0 | --engine-threads must be 1 or more, not 0",
        "run --engine-threads=1000 | --engine-threads must be 256 or less, not 1000",
        "run --engine-threads=2 | --engine-threads 2 needs as many shards, which its threads",
        "run --shards=2 --engine-threads=3 | compute side by side: --shards 3 or more, not 2",
        "run --shards=0 | --shards must be 1 or more, not 0",
        "run --shards=65 | --shards is 65, and a batch has 64 rows: a shard has one or more",
        "run --replicas=3 | 64 rows cannot be shared out evenly among so many: give 1, 2, 4, 8, 16,",
        "run --round=3 | --round and --exchange are for several replicas: leave them out, or give",
        "run --replicas=32 --shards=3 | a batch of each of the 32 replicas has 2 rows: a shard has",
        "run --streams --replicas=3 | 64 rows cannot be shared out evenly among so many: give 1, 2, 4,",
        "run --plain-loop --replicas=2 --train-parallelism=2 | leave out --train-parallelism",
        "find-lr --replicas=2 | one replica is trained here: leave out --replicas",
        "run --learning-rate=0 | --learning-rate must be more than 0 and at most 1, not 0",
        "run --learning-rate=fast | '--learning-rate': 'fast' is not a double; see flink-lm run",
        "run --embedding=8 | --embedding has no use in lmmodel7; it is an option of lmmodel5 and",
        "run --continuous --schedule=cosine | a stream without end has none; --schedule constant",
        "run --epochs=2 --warm-up=98 | --warm-up must be less than the 98 steps of the run, not 98",
        "run --valid-share=1 | --valid-share must be 0 or more and less than 1, not 1",
        "train --bootstrap=a:1 --schedule=one-cycle | a stream without end has none",
        "run --on-nonfinite=hope | --on-nonfinite is stop or skip, not 'hope'",
        "run --bootstrap=nowhere | 'nowhere' is not HOST:PORT, like localhost:9092",
        "run --plain-loop --continuous | leave out --continuous",
        "run --plain-loop --lane-timeout=1s | and --lane-timeout",
        "run --lane-timeout=soon | --lane-timeout must be a time in ms, s, m or h, like 30s",
        "train --bootstrap=a:1 --lane-timeout=0s | like 30s or 500ms, not '0s'",
        "run --session-ttl=soon | '--session-ttl': 'soon' is not a time in ms, s, m or h, like 30s",
        "run --predict-parallelism=0 | --predict-parallelism must be 1 or more, not 0",
        "run --serve=worst | --serve is best or latest, not 'worst'",
        "run --serve=best --serve-from=out | leave one of them out",
        "run --plain-loop --serve=best | leave out --serve",
        "run --serve-from=nowhere | there is no model in nowhere: expected model.safetensors,",
        "run --plain-loop --serve-from=nowhere | leave out --serve and --serve-from",
        "run --plain-loop --resume | leave out --continuous, --resume",
        "train | Missing required option: '--bootstrap=HOST:PORT'; see flink-lm train --help",
        "train --bootstrap=nowhere | 'nowhere' is not HOST:PORT, like localhost:9092",
      })
  void optionsAreChecked(String command, String message) {
    String[] words = command.split(" ", -1);
    assertThat(mistake(words[0], List.of(words).subList(1, words.length).toArray(String[]::new)))
        .contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | Missing required subcommand; see flink-lm --help",
        "walk | Unmatched argument at index 0: 'walk'; see flink-lm --help",
        "produce --bootstrap=a:b | 'a:b' is not HOST:PORT, like localhost:9092",
        "produce --bootstrap=a:1 --lanes=0 | --lanes 0",
        "produce --bootstrap=a:1 --valid-share=-1 | --valid-share must be 0 or more and less than 1",
        "produce --bootstrap=a:1 --epochs=0 | --epochs must be 1 or more, not 0",
        "predict one --bootstrap=nowhere | 'nowhere' is not HOST:PORT, like localhost:9092",
        "predict one --from=nowhere | there is no model in nowhere: expected model.safetensors,",
        "predict one | Missing required argument (specify one of these): (--bootstrap=HOST:PORT |",
        "predict one --from=out --tokens=0 | tokens must be 1 to 1000, found 0",
        "predict one --from=out --bootstrap=a:1 | are mutually exclusive",
        "chat | Missing required option: '--bootstrap=HOST:PORT'; see flink-lm chat --help",
        "produce --bootstrap=a:1 --rate=-1 | --rate must be 0 or more tokens a second, not -1",
      })
  void commandsWithoutResultsAreCheckedToo(String command, String message) {
    String[] words = command.isEmpty() ? new String[0] : command.split(" ", -1);
    assertThat(Command.here(words).mistake()).contains(message);
  }

  @Test
  void theCorpusIsChecked() throws Exception {
    assertThat(mistake("run", "--corpus=" + Files.writeString(corpus, " \n")))
        .isEqualTo("the corpus " + corpus + " is empty; expected UTF-8 text");
    assertThat(mistake("run", "--corpus=" + Files.write(corpus, new byte[] {'a', ' ', -1, 'b'})))
        .isEqualTo("the corpus " + corpus + " is not UTF-8 at byte 2; convert it to UTF-8");
    assertThat(mistake("run", "--corpus=" + Files.writeString(corpus, "one two three . five")))
        .contains("has 5 tokens", "64 lanes x (16 + 1) tokens need 1088");
    assertThat(mistake("run", "--corpus=" + directory.resolve("nothing")))
        .isEqualTo(
            "cannot read the corpus " + out.resolveSibling("nothing") + ": there is no such file");
  }

  @Test
  void theTokenizerIsChecked() throws Exception {
    Path none = Files.writeString(directory.resolve("none.json"), "{}");
    assertThat(mistake("run", "--tokenizer=letters"))
        .isEqualTo(
            "there is no tokenizer 'letters'; expected words, characters, bytes, numbers, or the file of a"
                + " tokenizer.json");
    assertThat(mistake("run", "--tokenizer=" + none))
        .isEqualTo(
            "the tokenizer "
                + none
                + " is no tokenizer.json of Hugging Face: it has no model with a vocabulary");
    assertThat(mistake("run", "--tokenizer=" + none, "--vocabulary-size=9"))
        .contains("has a vocabulary of its own: leave out --vocabulary");
    assertThat(mistake("run", "--normalize=nfkc"))
        .isEqualTo("--normalize is none or nfc, not 'nfkc'");
    assertThat(mistake("run", "--tokenizer=bytes", "--lowercase"))
        .contains("leave out --normalize and --lowercase");
    assertThat(mistake("run", "--corpus=" + Files.createDirectory(directory.resolve("empty"))))
        .contains("is a directory without files");
  }

  @Test
  void theVocabularyIsChecked() throws Exception {
    Path vocabulary = directory.resolve("vocabulary.txt");
    assertThat(mistake("run", "--vocabulary=" + vocabulary))
        .isEqualTo("there is no vocabulary " + vocabulary);
    Files.writeString(vocabulary, "one\ntwo\n");
    assertThat(mistake("run", "--plain-loop", "--vocabulary=" + vocabulary))
        .contains("token 2, '.', is not in the vocabulary of 2 tokens, which has no <unk>");
  }

  @Test
  void resultsNeedAPlace() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    out = file.resolve("out");
    assertThat(mistake("run"))
        .isEqualTo("cannot write to --out " + out + ": Not a directory; choose another directory");
    out = file;
    assertThat(mistake("train", "--bootstrap=127.0.0.1:9"))
        .isEqualTo("cannot write to --out " + out + ": it is a file; choose another directory");
  }

  @Test
  void whatNoRunLeftStays() throws Exception {
    Path precious = Files.createDirectories(out.resolve("kafka")).resolve("precious");
    Files.createFile(precious);
    assertThat(mistake("run"))
        .isEqualTo(
            out.resolve("kafka") + " is there and not of a run of flink-lm; choose another --out");
    assertThat(precious).exists();
  }

  @Test
  void aBrokerInUseStays() throws Exception {
    Files.createDirectories(out);
    Files.writeString(out.resolve("run.json"), "{}");
    try (Broker broker = Broker.start(out.resolve("kafka"), 0)) {
      assertThat(mistake("run"))
          .startsWith("a broker is already using " + out.resolve("kafka") + "; end it first");
      TextTopic topic = TextTopic.create(KafkaAddress.of(broker.address()), "text", 1);
      topic.sendToEach("0", "still alive");
      assertThat(topic.received().get(0)).hasSize(1);
    }
  }

  @Test
  void settingsOfAnotherVersionAreRefused() throws Exception {
    Files.createDirectories(out);
    Files.writeString(out.resolve("run.json"), "{\"model\": \"lmmodel7\"}");
    assertThat(mistake("run", "--resume"))
        .startsWith(out.resolve("run.json") + " is not of this version of flink-lm: ");
  }

  @Test
  void anEmptyTopicHasNothingToTrainOn() throws Exception {
    try (TestedKafka broker = TestedKafka.start(directory.resolve("kafka"))) {
      assertThat(mistake("train", "--bounded", "--bootstrap=" + broker.address()))
          .isEqualTo(
              "the topic text at " + broker.address() + " is empty; there is nothing to train on");
      assertThat(mistake("train", "--bootstrap=" + broker.address()))
          .isEqualTo(
              "the topic text at "
                  + broker.address()
                  + " is empty, so there is no text to make a vocabulary from; give one with"
                  + " --vocabulary, or a tokenizer that needs none (--tokenizer bytes, numbers or a"
                  + " tokenizer.json), or start once there is text");
    }
  }

  @Test
  void textOfNoLaneIsNamedBeforeATrainingWithoutEndToo() throws Exception {
    try (TestedKafka broker = TestedKafka.start(directory.resolve("kafka"))) {
      TextTopic.create(broker.kafka(), "text", 1).sendToEach("host-a", "one two three");
      assertThat(mistake("train", "--bootstrap=" + broker.address()))
          .isEqualTo(
              "no record of the topic text at "
                  + broker.address()
                  + " is of a lane from 0 to 63; its key must be the lane's number in decimal");
      Path vocabulary = Files.writeString(directory.resolve("v.txt"), "one\n<unk>\n");
      try (Command train =
          Command.start(
              directory,
              "train",
              "--port=0",
              "--vocabulary=" + vocabulary,
              "--bootstrap=" + broker.address())) {
        train.awaitLine("Dashboard ");
        assertThat(Files.readString(train.err()))
            .startsWith("flink-lm: warning: no record of the topic text at " + broker.address())
            .hasLineCount(1);
      }
    }
  }

  @Test
  void whereNobodyAnswersIsSaid() throws Exception {
    try (TestedKafka broker = TestedKafka.start(directory.resolve("kafka"))) {
      String[] predict = {"predict", "one", "--wait=100ms", "--bootstrap=" + broker.address()};
      assertThat(Command.here(predict).mistake())
          .isEqualTo(
              "nobody answers prompts at "
                  + broker.address()
                  + ": there is no topic prompts; start a job with 'run' or 'train'");
      TextTopic.create(broker.kafka(), "prompts", 1);
      TextTopic.create(broker.kafka(), "predictions", 1);
      assertThat(Command.here(predict).mistake())
          .startsWith("nobody answered at " + broker.address() + " within 100 ms: ");
    }
  }

  @Test
  void takenPortsAreNamed() throws Exception {
    try (ServerSocket taken =
            new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        Command run =
            Command.start(
                directory,
                "run",
                "--corpus=" + corpus,
                "--lanes=8",
                "--port=" + taken.getLocalPort());
        Command broker =
            Command.start(directory, "broker", "--out=b", "--port=" + taken.getLocalPort())) {
      String message = "port " + taken.getLocalPort() + " is taken; choose another with --port";
      assertThat(run.await().mistake()).isEqualTo(message);
      assertThat(broker.await().mistake()).isEqualTo(message);
    }
  }

  @Test
  void aKafkaThatIsNotThereIsNamedInTimeAndFormerResultsStay() throws Exception {
    Path former = Files.createDirectories(out.resolve("checkpoints")).resolve("former");
    Files.createFile(former);
    Files.writeString(out.resolve("run.json"), "{}");
    Files.writeString(out.resolve("metrics.jsonl"), "");
    String address = Ports.HOST + ":" + Ports.free(0).broker();
    // All at once, because each of them waits a while for Kafka to come.
    try (Command run = Command.start(directory, "run", "--bootstrap", address);
        Command produce = Command.start(directory, "produce", "--bootstrap", address);
        Command train = Command.start(directory, "train", "--bootstrap", address);
        Command watch = Command.start(directory, "watch", "--bootstrap", address)) {
      for (Command command : List.of(run, produce, train, watch)) {
        assertThat(command.await(30).mistake())
            .isEqualTo("Kafka cannot be reached at " + address + ": Connection refused");
      }
    }
    assertThat(former).exists();
    assertThat(out.resolve("metrics.jsonl")).exists();
  }

  @Test
  void aMistakeLeavesTheDirectoryAsItWas() throws Exception {
    for (int time = 0; time < 2; time++) {
      assertThat(mistake("run", "--bootstrap=nowhere")).contains("nowhere");
    }
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files).isEmpty();
    }
  }
}
