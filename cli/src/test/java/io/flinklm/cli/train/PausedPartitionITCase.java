package io.flinklm.cli.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Dashboard;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.producer.TextTopic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two lanes in three partitions. One lane is so far ahead that its partition is not read for now;
 * meanwhile it goes on in another one, and the first has no lane any more.
 */
class PausedPartitionITCase {
  private static final int BPTT = 16;
  private static final int RECORD = 100;
  private static final int MANY = 50_000;

  @TempDir private Path directory;

  @Test
  void aPartitionIsReadAgainThoughItsLaneHasLeftIt() throws Exception {
    try (TestedKafka broker = TestedKafka.start(directory.resolve("kafka"))) {
      TextTopic.create(broker.kafka(), "text", 3);
      send(broker, "0", 0, MANY);
      send(broker, "1", 1, RECORD);
      try (Command train =
          Command.start(
              directory,
              "train",
              "--bootstrap=" + broker.address(),
              "--lanes=2",
              "--bptt=" + BPTT,
              "--hidden=4",
              "--layers=1",
              "--port=0",
              "--parallelism=1")) {
        Dashboard dashboard = Dashboard.of(train);
        train.awaitThat(() -> paused(dashboard), "a partition that is not read");
        send(broker, "0", 2, RECORD);
        train.awaitThat(
            () -> dashboard.count("chunk", "partitionChanges") == 1, "text of another partition");
        send(broker, "1", 1, MANY);
        // Lane 1 has all windows; lane 0 lacks some beside the places where it changes.
        train.awaitThat(() -> dashboard.number("step") == (MANY + RECORD - 1) / BPTT, "all text");
        train.signal("INT");
        assertThat(train.await().code()).isZero();
      }
    }
  }

  // What waits does not grow any more once the partition is paused.
  private static boolean paused(Dashboard dashboard) throws Exception {
    long before = dashboard.number("chunksWaiting");
    for (int look = 0; look < 20; look++) {
      Thread.sleep(100);
      if (dashboard.number("chunksWaiting") != before) {
        return false;
      }
    }
    return before > 0;
  }

  private static void send(TestedKafka broker, String lane, int partition, int tokens)
      throws Exception {
    byte[] text = "one two three four five ".repeat(RECORD / 5).getBytes(UTF_8);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.address()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      List<Future<?>> sent = new ArrayList<>();
      for (int left = tokens; left > 0; left -= RECORD) {
        sent.add(
            producer.send(new ProducerRecord<>("text", partition, lane.getBytes(UTF_8), text)));
      }
      for (Future<?> record : sent) {
        record.get();
      }
    }
  }
}
