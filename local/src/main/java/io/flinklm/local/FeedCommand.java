package io.flinklm.local;

import com.sun.management.OperatingSystemMXBean;
import io.flinklm.application.ModelOptions;
import io.flinklm.application.ModelSettings;
import io.flinklm.application.TopicSetup;
import io.flinklm.job.Fed;
import io.flinklm.job.FeedJob;
import io.flinklm.job.Topics;
import io.flinklm.lane.Lanes;
import io.flinklm.producer.Corpus;
import io.flinklm.producer.KafkaAddress;
import io.flinklm.producer.LanePlan;
import io.flinklm.producer.LanePublisher;
import io.flinklm.producer.Pace;
import io.flinklm.train.Fit;
import io.flinklm.train.Report;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code flink-lm bench feed}: text is published, and then read up to the batches that a training
 * would get, by turns, with Kafka and Flink in this process.
 */
@Command(
    name = "feed",
    description = "How much text the producer and the way to the training carry without training.",
    sortOptions = false)
final class FeedCommand implements Callable<Integer> {
  private static final int STOPPED = 130;
  private static final Duration CHECKPOINTS = Duration.ofSeconds(10);

  @Option(
      names = "--tokens",
      defaultValue = "10000000",
      description = "Tokens in each repetition, at least (default: ${DEFAULT-VALUE}).")
  private long tokens;

  @Option(
      names = "--repetitions",
      defaultValue = "5",
      description = "How often it is measured, after once unmeasured (default: ${DEFAULT-VALUE}).")
  private int repetitions;

  @Option(
      names = "--lanes",
      defaultValue = "64",
      description = "Lanes (default: ${DEFAULT-VALUE}).")
  private int lanes;

  @Option(
      names = "--bptt",
      defaultValue = "16",
      description = "Tokens in a window (default: ${DEFAULT-VALUE}).")
  private int bptt;

  @Option(
      names = "--partitions",
      defaultValue = "4",
      description = "Partitions of the topic text (default: ${DEFAULT-VALUE}).")
  private int partitions;

  @Option(
      names = "--json",
      description = "Print the results as one JSON object, the last line on standard output.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    ModelOptions.positive("--tokens", tokens);
    ModelOptions.positive("--repetitions", repetitions);
    ModelOptions.positive("--lanes", lanes);
    ModelOptions.positive("--bptt", bptt);
    ModelOptions.positive("--partitions", partitions);
    Corpus corpus = Corpus.humanNumbers();
    Lanes placed = Lanes.of(corpus.tokens().size(), lanes, bptt);
    long epochs = -Math.floorDiv(-tokens, placed.tokensPerEpoch());
    ModelOptions.atMost("--tokens", epochs, Integer.MAX_VALUE - 1);
    LanePlan plan = LanePlan.of(corpus.tokens(), placed, (int) epochs);
    Interruption interruption = Interruption.listen();
    Path work = Files.createTempDirectory("flink-lm-bench");
    OutDirectory out = OutDirectory.open(work);
    List<FeedCost.Repetition> measured = new ArrayList<>();
    try (Cluster cluster = Cluster.start(0, out.checkpoints(), CHECKPOINTS, 1);
        Broker broker = Broker.start(out.kafka(), 0)) {
      KafkaAddress kafka = KafkaAddress.of(broker.address());
      new TopicSetup(kafka).createAll(partitions, Map.of("retention.ms", "-1"));
      // The first is slower: Java is cold.
      repetition(cluster, kafka, corpus, plan);
      System.out.println(FeedCost.HEADER);
      while (measured.size() < repetitions && !interruption.isWished()) {
        measured.add(repetition(cluster, kafka, corpus, plan));
        System.out.println(measured.get(measured.size() - 1).toRow());
      }
    }
    OutDirectory.delete(work);
    if (measured.isEmpty()) {
      System.out.println("Stopped; nothing was measured.");
      return STOPPED;
    }
    FeedCost cost = new FeedCost(lanes, bptt, partitions, measured);
    System.out.println();
    System.out.println(cost.toText());
    if (json) {
      System.out.println(cost.toJson());
    }
    return 0;
  }

  private FeedCost.Repetition repetition(
      Cluster cluster, KafkaAddress kafka, Corpus corpus, LanePlan plan) throws Exception {
    Map<Integer, Long> start = new TopicSetup(kafka).textEnd();
    long wall = System.nanoTime();
    long process = processNanos();
    long published;
    try (LanePublisher publisher = new LanePublisher(kafka, Topics.TEXT)) {
      published = publisher.publish(plan, Pace.unlimited(), acknowledged -> {});
    }
    wall = System.nanoTime() - wall;
    process = processNanos() - process;
    Map<Integer, Long> end = new HashMap<>();
    plan.recordsPerPartition(start.size())
        .forEach((partition, records) -> end.put(partition, start.get(partition) + records));
    Fed fed = feed(cluster, kafka, corpus, start, end);
    if (fed.tokens() + fed.refused() != published) {
      throw new IllegalStateException("of " + published + " tokens came " + fed);
    }
    return new FeedCost.Repetition(
        published, wall, process, fed, fed.mostWaiting() * bptt, residentMib());
  }

  private Fed feed(
      Cluster cluster,
      KafkaAddress kafka,
      Corpus corpus,
      Map<Integer, Long> start,
      Map<Integer, Long> end)
      throws Exception {
    ModelSettings model =
        new ModelSettings(
            "lmmodel7", lanes, bptt, 1, Fit.of("lmmodel7").layers(), 0, "cpu", "engine", "stop");
    Topics topics = new Topics(kafka.bootstrap(), kafka.clientProperties());
    StreamExecutionEnvironment environment = cluster.environment(Optional.empty());
    new FeedJob(
            model.trainingConfig(corpus.vocabulary().size(), 0),
            corpus.vocabulary(),
            topics.textBetween(start, end),
            topics.metrics(),
            topics.deadLetters())
        .addTo(environment);
    try (MetricsFollower reports =
        MetricsFollower.fromNowOn(kafka.bootstrap(), kafka.clientProperties())) {
      RunningJob job = cluster.submit(environment, "flink-lm feed");
      while (reports.next().stream().noneMatch(report -> report.kind().equals(Report.END))) {
        if (job.isOver()) {
          throw new IllegalStateException("the job ended early", job.failure().orElse(null));
        }
      }
      job.finish();
      return Fed.of(job.accumulators());
    }
  }

  // Only Linux says it.
  private static long residentMib() throws IOException {
    Path status = Path.of("/proc/self/status");
    return Files.isReadable(status)
        ? Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .sum()
            / 1024
        : 0;
  }

  private static long processNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }
}
