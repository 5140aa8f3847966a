package io.flinklm.cli.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinklm.cli.FlinkLm;
import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import io.flinklm.cli.fixture.Dashboard;
import io.flinklm.cli.fixture.RunFiles;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.producer.TextTopic;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.Score;
import io.flinklm.topics.ScoreJson;
import io.flinklm.topics.admin.TopicSetup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams give the same bits in a plain loop and through any Kafka, killed or not. */
class StreamsITCase {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String[] STREAMS = {
    "--streams",
    "--tokenizer=bytes",
    "--hidden=16",
    "--bptt=16",
    "--batch=4",
    "--batch-timeout=2s",
    "--stream-ttl=30s",
    "--json"
  };
  private static final int JITTER = 4_000;

  @TempDir private static Path shared;
  private static TestedKafka kafka;
  private static List<Line> lines;
  private static Ended loop;

  @TempDir private Path directory;

  /** A record of a corpus. */
  record Line(String key, String text, long time) {}

  @BeforeAll
  static void trainInAPlainLoop() throws Exception {
    kafka = TestedKafka.start(shared.resolve("kafka"));
    lines = lines(1_200);
    corpus(shared, lines);
    loop = Command.here(shared, words("run", "--plain-loop", "--corpus=" + file(), "--out=loop"));
  }

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  private static Path file() {
    return shared.resolve("corpus.jsonl");
  }

  private static RunFiles ofLoop() {
    return new RunFiles(shared.resolve("loop"));
  }

  private static String[] words(String command, String... more) {
    return Stream.of(Stream.of(command), Stream.of(STREAMS), Stream.of(more))
        .flatMap(each -> each)
        .toArray(String[]::new);
  }

  /** Lines of seven hosts of very unequal rates, some of which are silent for long. */
  static List<Line> lines(int count) {
    Random random = new Random(20);
    List<Line> made = new ArrayList<>();
    long time = 1_700_000_000_000L;
    for (int i = 0; i < count; i++) {
      int host = Math.min(random.nextInt(7), Math.min(random.nextInt(7), random.nextInt(7)));
      String text = "host " + host + " took " + random.nextInt(90) + " ms for zwölf " + i % 10;
      made.add(new Line("höst-" + host, text, time));
      time += random.nextInt(i % 300 == 299 ? 90_000 : 300);
    }
    return made;
  }

  static void corpus(Path into, List<Line> of) throws Exception {
    List<String> json = new ArrayList<>();
    for (Line line : of) {
      json.add(JSON.writeValueAsString(line));
    }
    Files.write(into.resolve("corpus.jsonl"), json);
  }

  @Test
  void theJobGivesTheBitsOfThePlainLoopAndTheBooksClose() throws Exception {
    Ended run = Command.here(directory, words("run", "--corpus=" + file(), "--port=0"));

    assertThat(run.results()).isEqualTo(loop.results());
    assertThat(new RunFiles(directory.resolve("out")).reports()).isEqualTo(ofLoop().reports());
    ObjectNode books = run.json();
    long bytes = lines.stream().mapToLong(line -> line.text().getBytes(UTF_8).length + 1).sum();
    assertThat(books.get("tokens_produced").asLong()).isEqualTo(bytes);
    assertThat(books.get("bytes_produced").asLong()).isEqualTo(bytes);
    assertThat(books.get("refused").fieldNames()).toIterable().containsExactly("silent");
    assertThat(books.get("tokens_waiting").asLong()).isBetween(0L, 7L * 16);
    for (String unit : List.of("tokens_", "bytes_")) {
      assertThat(
              Stream.of("trained", "scored", "refused", "waiting")
                  .mapToLong(column -> books.get(unit + column).asLong())
                  .sum())
          .isEqualTo(bytes);
    }
  }

  @Test
  void twoTrainingsInOneProcessOnOneKafkaGiveTheBitsThatEachGivesAlone() throws Exception {
    String[] lanes = {"run", "--epochs=1", "--hidden=8", "--lanes=8", "--json"};
    String[] alone =
        Stream.of(lanes, new String[] {"--plain-loop", "--out=alone"})
            .flatMap(Stream::of)
            .toArray(String[]::new);
    assertThat(Command.here(directory, alone).code()).isZero();
    CompletableFuture<Integer> ofStreams = beside("streams", words("run", "--corpus=" + file()));
    CompletableFuture<Integer> ofLanes = beside("lanes", lanes);

    assertThat(List.of(ofStreams.get(), ofLanes.get())).containsOnly(0);
    RunFiles ofOne = new RunFiles(directory.resolve("streams"));
    RunFiles ofOther = new RunFiles(directory.resolve("lanes"));
    assertThat(ofOne.reports()).isEqualTo(ofLoop().reports());
    assertThat(ofOther.reports()).isEqualTo(new RunFiles(directory.resolve("alone")).reports());
    assertThat(lineages(ofOne)).hasSize(1).doesNotContainAnyElementsOf(lineages(ofOther));
    assertThat(lineages(ofOther)).hasSize(1);
  }

  /** Runs a command in this process beside others, on topics of its own. */
  private CompletableFuture<Integer> beside(String name, String... command) {
    String[] all =
        Stream.concat(
                Stream.of(command),
                Stream.of(
                    "--bootstrap=" + kafka.address(),
                    "--topic-prefix=beside-" + name + "-",
                    "--port=0",
                    "--out=" + directory.resolve(name)))
            .toArray(String[]::new);
    return CompletableFuture.supplyAsync(() -> FlinkLm.execute(all));
  }

  private static Set<String> lineages(RunFiles files) throws Exception {
    Set<String> lineages = new HashSet<>();
    for (String line : Files.readAllLines(files.out().resolve("metrics.jsonl"))) {
      lineages.add(JSON.readTree(line).get("lineage").asText());
    }
    return lineages;
  }

  @ParameterizedTest
  @CsvSource({"1, 1, heap, text", "4, 2, heap, timed JSON", "7, 3, rocksdb, JSON"})
  void neitherPartitionsNorInterleavingNorFormatChangeABit(
      int partitions, int seed, String backend, String format) throws Exception {
    String prefix = "of-" + partitions + "-";
    KafkaAddress own = kafka.kafka().withTopicPrefix(prefix);
    new TopicSetup(own).createAll(partitions, Map.of("retention.ms", "-1"));
    List<Line> order = interleaved(new Random(seed));
    List<String> fields = new ArrayList<>();
    if (format.endsWith("JSON")) {
      fields.addAll(List.of("--text-field=/text", "--key-field=/key"));
      order = inJson(order);
    }
    if (format.startsWith("timed")) {
      fields.add("--time-field=/time");
      order = atOtherTimes(order, new Random(seed));
    }
    publish(prefix + "text", order);

    Ended train =
        Command.here(
            directory,
            words(
                "train",
                Stream.of(
                        Stream.of(
                            "--bounded",
                            "--bootstrap=" + kafka.address(),
                            "--topic-prefix=" + prefix,
                            "--state-backend=" + backend,
                            "--parallelism=2",
                            "--port=0"),
                        fields.stream())
                    .flatMap(each -> each)
                    .toArray(String[]::new)));

    assertThat(train.results().get("weights_sha256"))
        .isEqualTo(loop.results().get("weights_sha256"));
    assertThat(new RunFiles(directory.resolve("out")).reports()).isEqualTo(ofLoop().reports());
  }

  /** Lines whose text and key are in fields of JSON. */
  private static List<Line> inJson(List<Line> lines) throws Exception {
    List<Line> json = new ArrayList<>();
    for (Line line : lines) {
      json.add(new Line(line.key(), JSON.writeValueAsString(line), line.time()));
    }
    return json;
  }

  /** Lines to which Kafka gives times that say nothing. */
  private static List<Line> atOtherTimes(List<Line> lines, Random random) {
    return lines.stream()
        .map(line -> new Line(line.key(), line.text(), random.nextLong(1_700_000_000_000L)))
        .toList();
  }

  /** The lines in an order of arrival in which none is late, each host's in order. */
  private static List<Line> interleaved(Random random) {
    Map<Line, Long> arrival = new HashMap<>();
    Map<String, Long> last = new HashMap<>();
    for (Line line : lines) {
      long jittered = line.time() + random.nextInt(JITTER);
      arrival.put(line, last.merge(line.key(), jittered, Math::max));
    }
    return lines.stream().sorted(Comparator.comparingLong(arrival::get)).toList();
  }

  private static void publish(String topic, List<Line> order) throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            // One at a time: of a topic that is new, the first batch can be turned away, and then
            // it would never come behind the next one.
            Map.of(
                "bootstrap.servers",
                kafka.address(),
                "enable.idempotence",
                true,
                "max.in.flight.requests.per.connection",
                1),
            new StringSerializer(),
            new StringSerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (Line line : order) {
        sent.add(
            producer.send(new ProducerRecord<>(topic, null, line.time(), line.key(), line.text())));
      }
      for (Future<RecordMetadata> record : sent) {
        record.get();
      }
    }
  }

  @Test
  void aRunThatIsKilledThreeTimesEndsWithTheSameBitsAndScores() throws Exception {
    corpus(directory, lines(4_000));
    String corpus = "--corpus=" + directory.resolve("corpus.jsonl");
    Ended expected = Command.here(directory, words("run", "--plain-loop", corpus, "--out=loop"));
    String where = "--bootstrap=" + kafka.address();
    String[] command =
        words(
            "run",
            corpus,
            where,
            "--topic-prefix=kill-",
            "--scores",
            "--alerts=0.2",
            "--port=0",
            "--checkpoint-interval=1");
    RunFiles files = new RunFiles(directory.resolve("out"));
    for (int kill = 0; kill < 3; kill++) {
      long before = files.reportsSoFar();
      try (Command killed = Command.start(directory, command)) {
        killed.awaitThat(
            () -> files.newestCheckpoint().isPresent() && files.reportsSoFar() > before,
            "a step behind a checkpoint");
      }
      files.forgetHalf();
      command = new String[] {"run", "--resume", "--json", "--port=0", "--checkpoint-interval=1"};
    }

    Ended resumed = Command.here(directory, "run", "--resume", "--json", "--port=0");

    assertThat(resumed.results()).isEqualTo(expected.results());
    assertThat(files.reports()).isEqualTo(new RunFiles(directory.resolve("loop")).reports());
    requireScores("kill-", 4_000);
  }

  /** Each record has one score, however often it was written, and each that is unusual an alert. */
  private static void requireScores(String prefix, int records) throws Exception {
    Set<String> scores = json(prefix + "scores");
    Set<String> places = new HashSet<>();
    Set<String> unusual = new HashSet<>();
    for (String json : scores) {
      Score score = ScoreJson.parse(json.getBytes(UTF_8));
      places.add(score.partition() + ":" + score.offset());
      if (score.deviations() >= 0.2) {
        unusual.add(json);
      }
    }
    assertThat(scores).hasSize(records);
    assertThat(places).hasSize(records);
    assertThat(json(prefix + "alerts")).isEqualTo(unusual).isNotEmpty();
  }

  private static Set<String> json(String topic) {
    return new TextTopic(kafka.kafka(), topic, 1)
        .received().get(0).stream()
            .map(record -> new String(record.value(), UTF_8))
            .collect(Collectors.toSet());
  }

  @Test
  void aPartitionWithoutRecordsHoldsNobodyBackAndWhatIsLateIsCounted() throws Exception {
    String topic = "idle-text";
    new TopicSetup(kafka.kafka().withTopicPrefix("idle-"))
        .createAll(4, Map.of("retention.ms", "-1"));
    List<Line> ofOne = lines.stream().filter(line -> line.key().equals("höst-0")).toList();
    publish(topic, ofOne.subList(0, 100));
    String[] train =
        words(
            "train",
            "--bootstrap=" + kafka.address(),
            "--topic-prefix=idle-",
            "--idle-after=5s",
            "--stall-warning=1s",
            "--port=0");
    try (Command command = Command.start(directory, train)) {
      Dashboard dashboard = Dashboard.of(command);
      command.awaitThat(() -> dashboard.number("step") > 0, "a step");
      assertThat(dashboard.number("lateChunks")).isZero();
      assertThat(dashboard.count("chunk", "streams")).isEqualTo(1);
      assertThat(command.awaitLine("Training has stood for "))
          .matches(
              "[0-9]+ s: [0-9]+ chunks wait for event time to pass 2023-11-1.*Z; there is none"
                  + " before each partition has delivered a record or is idle");

      publish(
          topic,
          List.of(new Line("höst-1", "late by far more than is waited", ofOne.get(0).time())));
      command.awaitThat(() -> dashboard.number("lateChunks") > 0, "a late chunk");
      assertThat(dashboard.count("chunk", "streamsStarted")).isEqualTo(2);
      command.signal("INT");
      assertThat(command.await().code()).isZero();
    }
  }

  @Test
  void logsOfFortyHostsOfVeryUnequalRatesAreAllTrainedOn() throws Exception {
    List<Line> logs = logs();
    publish("app-logs", logs);
    ObjectNode books =
        Command.here(
                directory,
                "train",
                "--streams",
                "--bounded",
                "--bootstrap=" + kafka.address(),
                "--topic-prefix=forty-",
                "--text-topic=app-logs",
                "--text-field=/message",
                "--tokenizer=bytes",
                "--hidden=8",
                "--layers=1",
                "--json",
                "--port=0")
            .json();

    long bytes = 0;
    for (Line line : logs) {
      bytes += JSON.readTree(line.text()).get("message").asText().length() + 1;
    }
    assertThat(books.get("refused").isEmpty()).as(books.toString()).isTrue();
    assertThat(bytes - books.get("tokens_trained").asLong())
        .as("what fills no chunk of its host")
        .isBetween(0L, 40L * 64);
    KafkaAddress own = kafka.kafka().withTopicPrefix("forty-");
    assertThat(new TopicSetup(own).end("dead-letters")).containsEntry(0, 0L);
  }

  /** What 40 hosts write in a second, 1 to 1,000 lines each. */
  private static List<Line> logs() throws Exception {
    new TopicSetup(kafka.kafka()).create("app-logs", 4, Map.of("retention.ms", "-1"));
    List<Line> logs = new ArrayList<>();
    for (int host = 0; host < 40; host++) {
      double rate = Math.pow(1_000, host / 39.0);
      for (int i = 0; i < rate; i++) {
        String json = "{\"level\":\"info\",\"message\":\"GET /item/%d 200\"}".formatted(i % 97);
        long time = 1_700_000_000_000L + (long) (1_000 * i / rate);
        logs.add(new Line("host-" + host, json, time));
      }
    }
    logs.sort(Comparator.comparingLong(Line::time));
    return logs;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run --streams | --streams needs the file of its records: --corpus FILE.jsonl",
        "run --streams --lanes=3 | --streams has no lanes: leave out --lanes; --batch says the rows",
        "run --streams --batch=0 | --batch must be 1 or more, not 0",
        "run --streams --state-backend=disk | --state-backend is heap or rocksdb, not 'disk'",
        "run --streams --lane-timeout=1s | a training on streams waits for no lane: leave out"
            + " --lane-timeout",
        "run --streams --alerts=5 | alerts are scores that are unusual: with --alerts give --scores"
            + " too",
        "run --scores --alerts=0 | --alerts must be a number of deviations above 0, not 0.0",
        "run --scores --alerts=NaN | --alerts must be a number of deviations above 0, not NaN",
        "run --streams --epochs=2 | --streams takes each record of its file once, to train on:"
            + " leave out --epochs and --valid-share",
        "run --streams --continuous | --streams takes each record of its file once: leave out"
            + " --continuous",
        "train --streams --bootstrap=localhost:1 | streams of a topic need a tokenizer that is"
            + " there before the text: --tokenizer bytes, the FILE of a tokenizer.json, or"
            + " --vocabulary FILE",
        "train --bootstrap=localhost:1 --time-field=/ts | --time-field is for streams, as the times"
            + " of lanes decide nothing: give --streams too, or leave it out",
        "run --batch=3 | --batch, --batch-timeout, --stream-ttl, --out-of-orderness, --idle-after"
            + " and --state-backend are for streams: give --streams too",
      })
  void whatMakesNoSenseIsAMistake(String command, String message) {
    assertThat(Command.here(directory, command.split(" ")).mistake()).isEqualTo(message);
  }

  @Test
  void aLineThatIsNoRecordIsNamed() throws Exception {
    for (String wrong :
        List.of(
            "no JSON",
            "[]",
            "{\"key\":\"a\",\"text\":\"b\"}",
            "{\"key\":1,\"text\":\"b\",\"time\":1}")) {
      Path corpus = directory.resolve("wrong.jsonl");
      Files.write(corpus, List.of("{\"key\":\"a\",\"text\":\"b\",\"time\":1}", "", wrong));
      assertThat(Command.here(directory, "run", "--streams", "--corpus=" + corpus).mistake())
          .isEqualTo(
              "line 3 of "
                  + corpus
                  + " is no record of a stream: expected a JSON object with key and text, which are"
                  + " strings, and time, a whole number of milliseconds since 1970");
    }
  }
}
