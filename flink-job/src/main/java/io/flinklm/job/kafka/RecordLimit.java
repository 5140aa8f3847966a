package io.flinklm.job.kafka;

import java.io.Serializable;
import java.util.Properties;
import org.apache.flink.api.common.serialization.SerializationSchema.InitializationContext;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.metrics.Counter;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.AbstractRecords;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.RecordBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The largest record that the job's producer takes. A larger one would fail the job, and after the
 * restart the same again, for good; so what would be one is written smaller, and at the worst left
 * out, counted and told in the log.
 *
 * @param bytes of a record with its key, its headers and Kafka's own fields
 */
record RecordLimit(int bytes) implements Serializable {
  private static final Logger LOG = LoggerFactory.getLogger(RecordLimit.class);
  private static final int KAFKAS_DEFAULT = 1024 * 1024;

  /** The limit of a producer with these properties. */
  static RecordLimit of(Properties producer) {
    Object given = producer.get(ProducerConfig.MAX_REQUEST_SIZE_CONFIG);
    return new RecordLimit(
        given == null ? KAFKAS_DEFAULT : Integer.parseInt(given.toString().strip()));
  }

  /** Whether the producer takes a record. It is the producer's own estimate. */
  boolean holds(ProducerRecord<byte[], byte[]> record) {
    return size(record) <= bytes;
  }

  private static int size(ProducerRecord<byte[], byte[]> record) {
    return AbstractRecords.estimateSizeInBytesUpperBound(
        RecordBatch.CURRENT_MAGIC_VALUE,
        CompressionType.NONE,
        record.key(),
        record.value(),
        record.headers().toArray());
  }

  /** What is written of an element whose record is too large. */
  @FunctionalInterface
  interface Smaller<T> extends Serializable {
    ProducerRecord<byte[], byte[]> record(T element, RecordLimit limit);
  }

  /** Writes elements as a serializer does where their records fit, and else smaller. */
  <T> KafkaRecordSerializationSchema<T> keptBy(
      KafkaRecordSerializationSchema<T> whole, Smaller<T> smaller) {
    return new Fitting<>(this, whole, smaller);
  }

  private static final class Fitting<T> implements KafkaRecordSerializationSchema<T> {
    private static final long serialVersionUID = 1;
    private final RecordLimit limit;
    private final KafkaRecordSerializationSchema<T> whole;
    private final Smaller<T> smaller;
    private transient Counter leftOut;

    Fitting(RecordLimit limit, KafkaRecordSerializationSchema<T> whole, Smaller<T> smaller) {
      this.limit = limit;
      this.whole = whole;
      this.smaller = smaller;
    }

    @Override
    public void open(InitializationContext context, KafkaSinkContext sink) {
      leftOut = context.getMetricGroup().counter("recordsLeftOut");
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(T element, KafkaSinkContext sink, Long time) {
      ProducerRecord<byte[], byte[]> record = whole.serialize(element, sink, time);
      if (limit.holds(record)) {
        return record;
      }
      ProducerRecord<byte[], byte[]> less = smaller.record(element, limit);
      if (limit.holds(less)) {
        return less;
      }
      leftOut.inc();
      LOG.error(
          "left out: a record of {} bytes for the topic {}, whose producer takes {} bytes"
              + " (max.request.size)",
          size(record),
          record.topic(),
          limit.bytes);
      return null;
    }
  }
}
