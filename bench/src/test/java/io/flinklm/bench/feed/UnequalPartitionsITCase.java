package io.flinklm.bench.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.lane.Lanes;
import io.flinklm.local.flink.Cluster;
import io.flinklm.local.kafka.Broker;
import io.flinklm.producer.LanePlan;
import io.flinklm.producer.LanePublisher;
import io.flinklm.producer.Pace;
import io.flinklm.text.Corpus;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import io.flinklm.topics.admin.TopicSetup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Text with an end, four lanes in three partitions: one lane in the first, none in the second,
 * three in the third. Read alike, the first would be at its end with the third at a third. What
 * waits is bounded all the same, and each partition is read to its end, also where that comes while
 * it is held back.
 */
class UnequalPartitionsITCase {
  private static final int LANES = 4;
  private static final int PARTITIONS = 3;
  private static final int BPTT = 16;
  private static final int TOKENS = 2_000_000;

  // In tokens: how far alignment lets the lanes be ahead, and what is on its way when a partition
  // is paused. Unbounded, two thirds of a lane would wait, 333,000.
  private static final long AHEAD = LANES * 8_192L;
  private static final long ON_THE_WAY = 200_000;

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void whatWaitsIsBounded(int readers) throws Exception {
    Corpus corpus = Corpus.humanNumbers();
    Lanes lanes = Lanes.of(corpus.size(), LANES, BPTT);
    LanePlan plan = LanePlan.of(corpus, lanes, (int) (TOKENS / lanes.tokensPerEpoch()));
    long records = plan.recordsPerLane().get(0);
    assertThat(plan.recordsPerPartition(PARTITIONS).values())
        .containsExactly(records, 0L, 3 * records);
    try (Cluster cluster =
            Cluster.start(0, directory.resolve("checkpoints"), Duration.ofSeconds(1), readers);
        Broker broker = Broker.start(directory.resolve("kafka"), 0)) {
      KafkaAddress kafka = KafkaAddress.of(broker.address());
      TopicSetup topics = new TopicSetup(kafka);
      topics.createAll(PARTITIONS, Map.of());
      Map<Integer, Long> start = topics.textEnd();
      try (LanePublisher publisher = new LanePublisher(kafka, TopicNames.TEXT)) {
        publisher.publish(plan, Pace.unlimited(), acknowledged -> {});
      }
      Fed fed = new FeedRun(cluster, kafka, corpus.tokenizer(), LANES, BPTT).run(start, plan);

      assertThat(fed.tokens() + fed.refused()).isEqualTo(plan.tokens());
      assertThat(fed.batches()).isEqualTo(fed.chunks() / LANES);
      assertThat(fed.mostWaiting() * BPTT).isLessThan(AHEAD + ON_THE_WAY);
    }
  }
}
