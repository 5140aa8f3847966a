package io.flinklm.bench.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.lane.Lanes;
import io.flinklm.local.flink.Cluster;
import io.flinklm.local.flink.RunningJob;
import io.flinklm.local.kafka.Broker;
import io.flinklm.producer.LanePlan;
import io.flinklm.producer.LanePublisher;
import io.flinklm.producer.Pace;
import io.flinklm.text.Corpus;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import io.flinklm.topics.admin.TopicSetup;
import io.flinklm.train.Report;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A feed that goes on from a checkpoint counts each token once. It does not have to go on from one
 * only because a commit of offsets to Kafka fails: checkpoints hold them, and Kafka's are for
 * people.
 */
class RestartedFeedITCase {
  private static final int LANES = 4;
  private static final int BPTT = 16;
  private static final int TOKENS = 1_000_000;
  private static final int PARTITIONS = 3;

  // The job runs in this process, but with copies of its sink.
  private static final AtomicInteger STARTS = new AtomicInteger();

  @TempDir private Path directory;

  /**
   * Reports go nowhere.
   *
   * @param failsAtCheckpoint at which of the checkpoints behind the first report the first writer
   *     fails, from 1; 0 for never
   */
  private record Nowhere(int failsAtCheckpoint) implements Sink<Report> {
    private static final long serialVersionUID = 1;

    @Override
    public SinkWriter<Report> createWriter(WriterInitContext context) {
      STARTS.incrementAndGet();
      return new Writer(context.getTaskInfo().getAttemptNumber() == 0 ? failsAtCheckpoint : 0);
    }
  }

  private static final class Writer implements SinkWriter<Report> {
    private final int failsAtCheckpoint;
    private boolean reported;
    private int checkpoints;

    Writer(int failsAtCheckpoint) {
      this.failsAtCheckpoint = failsAtCheckpoint;
    }

    @Override
    public void write(Report report, Context context) {
      reported = true;
    }

    @Override
    public void flush(boolean endOfInput) {
      if (reported && ++checkpoints == failsAtCheckpoint) {
        throw new IllegalStateException("this test fails once");
      }
    }

    @Override
    public void close() {}
  }

  @BeforeEach
  void nothingHasStarted() {
    STARTS.set(0);
  }

  @Test
  void eachTokenIsCountedOnce() throws Exception {
    // The one before is complete: one is taken at a time.
    feeds(new Nowhere(2), Duration.ofMillis(100), Map.of());

    assertThat(STARTS).hasValue(2);
  }

  @Test
  void aCommitThatFailsIsNoFailure() throws Exception {
    // The topic of commits is never made, since there are not as many brokers. While nobody takes
    // commits, one that comes when the reader is called away from reading throws an exception.
    feeds(new Nowhere(0), Duration.ofMillis(20), Map.of("offsets.topic.replication.factor", "3"));

    assertThat(STARTS).hasValue(1);
  }

  private void feeds(Sink<Report> metrics, Duration checkpoints, Map<String, String> ofBroker)
      throws Exception {
    Corpus corpus = Corpus.humanNumbers();
    Lanes lanes = Lanes.of(corpus.size(), LANES, BPTT);
    LanePlan plan = LanePlan.of(corpus, lanes, (int) (TOKENS / lanes.tokensPerEpoch()));
    try (Cluster cluster = Cluster.start(0, directory.resolve("checkpoints"), checkpoints, 1);
        Broker broker = Broker.start(directory.resolve("kafka"), 0, ofBroker)) {
      // A reader that is closed waits so long for somebody who takes commits.
      KafkaAddress kafka = new KafkaAddress(broker.address(), Map.of("request.timeout.ms", 3_000));
      TopicSetup topics = new TopicSetup(kafka);
      topics.createAll(PARTITIONS, Map.of());
      Map<Integer, Long> start = topics.textEnd();
      try (LanePublisher publisher = new LanePublisher(kafka, TopicNames.TEXT)) {
        publisher.publish(plan, Pace.unlimited(), acknowledged -> {});
      }
      RunningJob job =
          new FeedRun(cluster, kafka, corpus.tokenizer(), LANES, BPTT).submit(start, plan, metrics);
      job.finish();
      Fed fed = Fed.of(job.accumulators());

      assertThat(fed.tokens() + fed.refused()).isEqualTo(plan.tokens());
      assertThat(fed.chunks()).isEqualTo(fed.batches() * LANES);
    }
  }
}
