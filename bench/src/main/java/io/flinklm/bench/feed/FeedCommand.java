package io.flinklm.bench.feed;

import com.sun.management.OperatingSystemMXBean;
import io.flinklm.application.options.OptionRange;
import io.flinklm.bench.measure.Measuring;
import io.flinklm.bench.measure.Measuring.Finding;
import io.flinklm.cli.run.OutDirectory;
import io.flinklm.cli.run.WorkDirectory;
import io.flinklm.cli.screen.Interruption;
import io.flinklm.lane.Lanes;
import io.flinklm.local.flink.Cluster;
import io.flinklm.local.kafka.Broker;
import io.flinklm.producer.LanePlan;
import io.flinklm.producer.LanePublisher;
import io.flinklm.producer.Pace;
import io.flinklm.text.Corpus;
import io.flinklm.text.Tokenizer;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import io.flinklm.topics.admin.TopicSetup;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
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
public final class FeedCommand implements Callable<Integer> {
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
      paramLabel = "<lanes>",
      defaultValue = "64",
      description = "Lanes (default: ${DEFAULT-VALUE}).")
  private int laneCount;

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
    OptionRange.positive("--tokens", tokens);
    OptionRange.positive("--repetitions", repetitions);
    OptionRange.positive("--lanes", laneCount);
    OptionRange.positive("--bptt", bptt);
    OptionRange.positive("--partitions", partitions);
    Corpus corpus = Corpus.humanNumbers();
    Lanes placed = Lanes.of(corpus.size(), laneCount, bptt);
    long epochs = -Math.floorDiv(-tokens, placed.tokensPerEpoch());
    OptionRange.atMost("--tokens", epochs, Integer.MAX_VALUE - 1);
    LanePlan plan = LanePlan.of(corpus, placed, (int) epochs);
    return Measuring.inDirectory(
        json, (work, interruption) -> measure(work, interruption, corpus.tokenizer(), plan));
  }

  private Optional<Finding> measure(
      WorkDirectory work, Interruption interruption, Tokenizer tokenizer, LanePlan plan)
      throws Exception {
    OutDirectory out = OutDirectory.open(work.path());
    List<FeedCost.Repetition> measured = new ArrayList<>();
    try (Cluster cluster = Cluster.start(0, out.checkpoints(), CHECKPOINTS, 1);
        Broker broker = Broker.start(out.kafka(), 0)) {
      KafkaAddress kafka = KafkaAddress.of(broker.address());
      new TopicSetup(kafka).createAll(partitions, Map.of("retention.ms", "-1"));
      FeedRun feed = new FeedRun(cluster, kafka, tokenizer, laneCount, bptt);
      // The first is slower: Java is cold.
      repetition(feed, plan);
      System.out.println(FeedCost.HEADER);
      while (measured.size() < repetitions && !interruption.isWished()) {
        measured.add(repetition(feed, plan));
        System.out.println(measured.get(measured.size() - 1).toRow());
      }
    }
    if (measured.isEmpty()) {
      return Optional.empty();
    }
    FeedCost cost = new FeedCost(laneCount, bptt, partitions, measured);
    return Optional.of(new Finding(cost.toText(), cost::toJson));
  }

  private FeedCost.Repetition repetition(FeedRun feed, LanePlan plan) throws Exception {
    Map<Integer, Long> start = new TopicSetup(feed.kafka()).textEnd();
    long wall = System.nanoTime();
    long process = processNanos();
    long published;
    try (LanePublisher publisher =
        new LanePublisher(feed.kafka(), feed.kafka().named(TopicNames.TEXT))) {
      published = publisher.publish(plan, Pace.unlimited(), acknowledged -> {});
    }
    wall = System.nanoTime() - wall;
    process = processNanos() - process;
    Fed fed = feed.run(start, plan);
    if (fed.tokens() + fed.refused() != published) {
      throw new IllegalStateException("of " + published + " tokens came " + fed);
    }
    return new FeedCost.Repetition(
        published, wall, process, fed, fed.mostWaiting() * bptt, residentMib());
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
