package io.flinklm.job;

import io.flinklm.train.Report;
import io.flinklm.train.ReportJson;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/**
 * The Kafka topics of the job, as its sources and sinks.
 *
 * @param bootstrap address of Kafka, HOST:PORT
 * @param client further properties of every Kafka client, security for one
 */
public record Topics(String bootstrap, Properties client) {
  /** Text, keyed by lane. */
  public static final String TEXT = "text";

  /** Reports, keyed by the name of the model. */
  public static final String METRICS = "metrics";

  /** Records that cannot be used, as received. */
  public static final String DEAD_LETTERS = "dead-letters";

  // A consumer hands out a whole fetch of one partition before that of the next: what its lanes
  // are ahead then waits for the others, and is in every checkpoint.
  private static final String FETCHED_BYTES = Integer.toString(8 * 1024);

  // Four fetches are on their way when a partition is paused; its records may be long.
  private static final String FETCHED_RECORDS = "64";

  /** Text between offsets: from those of {@code start} up to and without those of {@code end}. */
  public Source<TextRecord, ?, ?> textBetween(Map<Integer, Long> start, Map<Integer, Long> end) {
    return new BoundedText(text(offsets(start)).setBounded(offsets(end)).build());
  }

  /** Text from offsets on, without end. */
  public Source<TextRecord, ?, ?> textFrom(Map<Integer, Long> start) {
    return text(offsets(start))
        .setProperty(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, FETCHED_RECORDS)
        .build();
  }

  /** Reports; written at least once, and at once rather than with the next checkpoint. */
  public KafkaSink<Report> metrics() {
    return sink(
        (report, context, time) ->
            new ProducerRecord<>(
                METRICS,
                report.model().getBytes(StandardCharsets.UTF_8),
                ReportJson.toBytes(report)));
  }

  /** Dead letters, with the reason and the place they came from as headers; at least once. */
  public KafkaSink<DeadLetter> deadLetters() {
    return sink((letter, context, time) -> deadLetter(letter));
  }

  private static ProducerRecord<byte[], byte[]> deadLetter(DeadLetter letter) {
    TextRecord record = letter.record();
    ProducerRecord<byte[], byte[]> dead =
        new ProducerRecord<>(DEAD_LETTERS, record.key(), record.value());
    dead.headers()
        .add("error", letter.error().getBytes(StandardCharsets.UTF_8))
        .add("topic", record.topic().getBytes(StandardCharsets.UTF_8))
        .add("partition", decimal(record.partition()))
        .add("offset", decimal(record.offset()));
    return dead;
  }

  private static byte[] decimal(long number) {
    return Long.toString(number).getBytes(StandardCharsets.UTF_8);
  }

  private KafkaSourceBuilder<TextRecord> text(OffsetsInitializer start) {
    return KafkaSource.<TextRecord>builder()
        .setBootstrapServers(bootstrap)
        .setProperty(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCHED_BYTES)
        .setProperties(client)
        .setTopics(TEXT)
        .setGroupId("flink-lm")
        .setStartingOffsets(start)
        .setDeserializer(new TextRecordReader());
  }

  private static OffsetsInitializer offsets(Map<Integer, Long> byPartition) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    byPartition.forEach((p, offset) -> offsets.put(new TopicPartition(TEXT, p), offset));
    return OffsetsInitializer.offsets(offsets);
  }

  private <T> KafkaSink<T> sink(KafkaRecordSerializationSchema<T> serializer) {
    return KafkaSink.<T>builder()
        .setBootstrapServers(bootstrap)
        .setKafkaProducerConfig(client)
        .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
        .setRecordSerializer(serializer)
        .build();
  }

  /** Takes a record as it is. */
  private static final class TextRecordReader
      implements KafkaRecordDeserializationSchema<TextRecord> {
    private static final long serialVersionUID = 1;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<TextRecord> out) {
      out.collect(
          new TextRecord(
              record.key(),
              record.value(),
              header(record, "epoch"),
              header(record, "split"),
              header(record, "position"),
              record.topic(),
              record.partition(),
              record.offset()));
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
      Header header = record.headers().lastHeader(name);
      return header == null || header.value() == null
          ? null
          : new String(header.value(), StandardCharsets.UTF_8);
    }

    @Override
    public TypeInformation<TextRecord> getProducedType() {
      return TypeInformation.of(TextRecord.class);
    }
  }
}
