package io.flinklm.producer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinklm.stream.StreamName;
import io.flinklm.stream.StreamRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Utils;

/**
 * A record of a file of streams.
 *
 * @param key names the stream
 * @param time in milliseconds since 1970
 * @param text a piece of it
 */
record KeyedText(String key, long time, String text) {

  /** The same as the plain loop takes it. */
  StreamRecord ofStream() {
    return new StreamRecord(StreamName.of(key.getBytes(UTF_8), 0), time, text.getBytes(UTF_8));
  }

  /** The partition of its key, as Kafka's own producers choose it. */
  int partition(int partitions) {
    return Utils.toPositive(Utils.murmur2(key.getBytes(UTF_8))) % partitions;
  }

  /** The same as Kafka takes it. */
  ProducerRecord<byte[], byte[]> toKafka(String topic, int partitions) {
    return new ProducerRecord<>(
        topic, partition(partitions), time, key.getBytes(UTF_8), text.getBytes(UTF_8));
  }
}
