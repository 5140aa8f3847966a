package io.flinklm.bench.feed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.job.kafka.KafkaText;
import io.flinklm.job.kafka.OnLostText;
import io.flinklm.job.kafka.Topics;
import io.flinklm.job.kafka.UnreadText;
import io.flinklm.job.record.TextRecord;
import io.flinklm.local.flink.Cluster;
import io.flinklm.local.flink.RunningJob;
import io.flinklm.local.kafka.Broker;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import io.flinklm.topics.admin.TopicSetup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import org.apache.flink.api.common.accumulators.ListAccumulator;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three partitions of unequal rates, one of them empty, each with all of its records in one batch.
 * They are read side by side in time, though a consumer gets the whole batch of one at once.
 */
class PartitionTurnsITCase {
  private static final Map<Integer, Integer> INTERVALS = Map.of(0, 1, 2, 10);
  private static final int MILLISECONDS = 8_000;

  // A fetch of 64 records of the slower one, and its next record. All of the other's records would
  // be 8,000 milliseconds ahead.
  private static final long AHEAD = 64 * 10 + 10;

  @TempDir private Path directory;

  /** A record as it was read. */
  private record Read(int partition, long time) {}

  /** Tells in which order records were read. */
  private static final class Order extends RichMapFunction<TextRecord, TextRecord> {
    private static final long serialVersionUID = 1;
    private final ListAccumulator<String> order = new ListAccumulator<>();

    @Override
    public void open(OpenContext context) {
      getRuntimeContext().addAccumulator("order", order);
    }

    @Override
    public TextRecord map(TextRecord record) {
      order.add(record.partition() + " " + record.timestamp());
      return record;
    }
  }

  @Test
  void thePartitionThatIsBehindInTimeIsReadFirst() throws Exception {
    List<Read> order;
    try (Cluster cluster =
            Cluster.start(0, directory.resolve("checkpoints"), Duration.ofSeconds(1), 1);
        Broker broker = Broker.start(directory.resolve("kafka"), 0)) {
      KafkaAddress kafka = KafkaAddress.of(broker.address());
      new TopicSetup(kafka).create(TopicNames.TEXT, 3, Map.of());
      publish(kafka);
      order = read(cluster, kafka);
    }

    assertThat(order).hasSize(MILLISECONDS + MILLISECONDS / 10);
    long[] cameTo = new long[3];
    for (Read read : order) {
      cameTo[read.partition()] = read.time();
      assertThat(Math.abs(cameTo[0] - cameTo[2])).isLessThanOrEqualTo(AHEAD);
    }
  }

  private static List<Read> read(Cluster cluster, KafkaAddress kafka) throws Exception {
    StreamExecutionEnvironment environment = cluster.environment(Optional.empty());
    Map<Integer, Long> start = Map.of(0, 0L, 1, 0L, 2, 0L);
    Map<Integer, Long> end = Map.of(0, (long) MILLISECONDS, 1, 0L, 2, MILLISECONDS / 10L);
    KafkaText text = (KafkaText) Topics.of(kafka).textBetween(start, end, OnLostText.STOP);
    environment
        .fromSource(text.byTurns(new UnreadText()), WatermarkStrategy.noWatermarks(), "text")
        .map(new Order())
        .sinkTo(new DiscardingSink<>());
    RunningJob job = cluster.submit(environment, "partitions");
    job.finish();
    return ((List<?>) job.accumulators().get("order"))
        .stream()
            .map(read -> ((String) read).split(" "))
            .map(read -> new Read(Integer.parseInt(read[0]), Long.parseLong(read[1])))
            .toList();
  }

  private static void publish(KafkaAddress kafka) throws Exception {
    List<Future<?>> sent = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            kafka.properties(
                Map.of(
                    ProducerConfig.BATCH_SIZE_CONFIG,
                    1 << 20,
                    ProducerConfig.LINGER_MS_CONFIG,
                    10_000,
                    ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                    1)),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      INTERVALS.forEach(
          (partition, interval) -> {
            for (long time = 0; time < MILLISECONDS; time += interval) {
              sent.add(
                  producer.send(
                      new ProducerRecord<>(
                          TopicNames.TEXT, partition, time, null, "a word".getBytes(UTF_8))));
            }
          });
      producer.flush();
      for (Future<?> record : sent) {
        record.get();
      }
    }
  }
}
