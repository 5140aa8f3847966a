package io.flinklm.cli.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Dashboard;
import io.flinklm.cli.fixture.LaneText;
import io.flinklm.cli.run.MetricsFile;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.text.Corpus;
import io.flinklm.train.Report;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The metrics as the dashboard reads them: the same numbers as in the reports, and counts that go
 * on after a restart. The text stops now and then, so that there is something to compare with.
 */
class OperatorMetricsITCase {
  private static final int LANES = 2;
  private static final int BPTT = 8;
  private static final int STEPS = 25;
  private static final int MORE = 3;

  private static final List<String> OF_TRAIN =
      List.of(
          "step",
          "epoch",
          "loss",
          "perplexity",
          "accuracy",
          "trainLoss",
          "prequentialLoss",
          "prequentialAccuracy",
          "bitsPerByte",
          "trainBitsPerByte",
          "prequentialBitsPerByte",
          "bytesTrained",
          "bytesScored",
          "bytesRefused",
          "learningRate",
          "gradientNorm",
          "tokensTrained",
          "tokensScored",
          "tokensRefused",
          "tokensPerSecond",
          "stepTimeMicroseconds_median",
          "stepTimeMicroseconds_p99",
          "lanesAwaited",
          "namesOfLanesAwaited",
          "lanesLeftOut",
          "chunksWaiting",
          "stalledSeconds",
          "weightsPublished",
          "weightsExported",
          "engineArrays");

  private static final long MINUTE = 60_000;

  @TempDir private Path directory;
  private TestedKafka broker;

  @Test
  void theDashboardShowsWhatTheReportsSayAndCountsOnAfterARestart() throws Exception {
    try (TestedKafka started = TestedKafka.start(directory.resolve("kafka"))) {
      broker = started;
      LaneText text = LaneText.create(broker.kafka(), LANES, BPTT);
      Path vocabulary = directory.resolve("words.txt");
      Files.write(vocabulary, Corpus.humanNumbers().tokenizer().toBytes());
      String[] arguments = text.train("--publish-every=10", "--vocabulary=" + vocabulary);
      try (Command train = Command.start(directory, arguments)) {
        Dashboard dashboard = Dashboard.of(train);
        send("no lane", "one two three");
        send("" + LANES, "one");
        write(text, 0, STEPS);
        shows(train, dashboard, STEPS);
        assertThat(dashboard.names("train"))
            .containsAll(OF_TRAIN)
            .doesNotContain("validLoss", "validAccuracy");
        assertThat(dashboard.count("tokenize", "deadLetters")).isEqualTo(2);
        assertThat(dashboard.count("chunk", "deadLetters")).isZero();
        assertThat(dashboard.count("train", "weightsPublished")).isEqualTo(2);
        assertThat(dashboard.number("lanesAwaited")).isEqualTo(LANES);
        assertThat(dashboard.number("stepTimeMicroseconds_min")).isPositive();
        assertThat(dashboard.number("engineArrays")).isPositive();

        askAt(System.currentTimeMillis() - MINUTE);
        train.awaitThat(
            () -> dashboard.sum("predict", "latencyMilliseconds_max") >= MINUTE, "its latency");

        // A gap of lane 0, which the next record does not confirm.
        send("0", "one", "position", "1000000");
        train.awaitThat(() -> dashboard.count("chunk", "deadLetters") == 1, "a dead letter");
        train.signal("INT");
        assertThat(train.await().code()).isZero();
      }
      try (Command train = Command.start(directory, text.train("--resume"))) {
        Dashboard dashboard = Dashboard.of(train);
        train.awaitThat(() -> dashboard.number("step") == STEPS, "step " + STEPS);
        // Before anything new has come. The weights of the savepoint are published when the
        // operator opens, and the dashboard may have looked at it before that.
        train.awaitThat(
            () -> dashboard.count("train", "weightsPublished") == 3, "the restored weights");
        assertThat(dashboard.count("tokenize", "deadLetters")).isEqualTo(2);
        assertThat(dashboard.count("chunk", "deadLetters")).isEqualTo(1);
        Report last = last();
        assertThat(dashboard.number("tokensTrained")).isEqualTo(last.tokensTrained());
        assertThat(dashboard.number("bytesTrained")).isEqualTo(last.bytes().bytesTrained());
        assertThat(dashboard.gauge("prequentialLoss"))
            .isEqualTo("" + last.numbers().prequentialLoss());

        write(text, STEPS, STEPS + MORE);
        shows(train, dashboard, STEPS + MORE);
        send("still no lane", "one two three");
        train.awaitThat(() -> dashboard.count("tokenize", "deadLetters") == 3, "a dead letter");
      }
    }
  }

  /** Waits for a step, behind which there is no text, and compares with its report. */
  private void shows(Command train, Dashboard dashboard, long step) throws Exception {
    train.awaitThat(() -> dashboard.number("step") == step, "step " + step);
    train.awaitThat(
        () -> !reports().isEmpty() && last().step() == step, "the report of step " + step);
    Report last = last();
    Map<String, Double> expected =
        Map.of(
            "loss", last.loss(),
            "perplexity", Math.exp(last.loss()),
            "accuracy", last.accuracy(),
            "trainLoss", last.trainLoss(),
            "prequentialLoss", last.numbers().prequentialLoss(),
            "prequentialAccuracy", last.numbers().prequentialAccuracy(),
            "trainBitsPerByte", last.bytes().trainBitsPerByte(),
            "learningRate", last.numbers().learningRate(),
            "gradientNorm", last.numbers().gradientNorm());
    for (Map.Entry<String, Double> metric : expected.entrySet()) {
      assertThat(dashboard.gauge(metric.getKey()))
          .as(metric.getKey())
          .isEqualTo(Double.toString(metric.getValue()));
    }
    assertThat(dashboard.number("epoch")).isEqualTo(last.epoch());
    assertThat(dashboard.number("tokensTrained")).isEqualTo(last.tokensTrained());
    assertThat(dashboard.number("tokensScored")).isEqualTo(last.tokensScored());
    assertThat(dashboard.sum("train", "tokensRefused"))
        .isEqualTo(last.tokensRefused().values().stream().mapToDouble(Long::doubleValue).sum());
  }

  private Report last() {
    return reports().get(reports().size() - 1);
  }

  private List<Report> reports() {
    return MetricsFile.read(directory.resolve("out/metrics.jsonl"));
  }

  private static void write(LaneText text, int from, int to) throws Exception {
    for (int lane = 0; lane < LANES; lane++) {
      text.write(lane, from == 0 ? 0 : from * BPTT + 1, to * BPTT + 1);
    }
  }

  private void askAt(long time) throws Exception {
    String prompt = "{\"id\":\"1\",\"text\":\"one\"}";
    publish(new ProducerRecord<>("prompts", 0, time, null, prompt));
  }

  private void send(String key, String value, String... header) throws Exception {
    RecordHeaders headers = new RecordHeaders();
    if (header.length > 0) {
      headers.add(header[0], header[1].getBytes(UTF_8));
    }
    publish(new ProducerRecord<>("text", 0, key, value, headers));
  }

  private void publish(ProducerRecord<String, String> record) throws Exception {
    try (KafkaProducer<String, String> client =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.address()),
            new StringSerializer(),
            new StringSerializer())) {
      client.send(record).get();
    }
  }
}
