package io.flinklm.job.kafka;

import io.flinklm.job.record.PromptRecord;
import io.flinklm.job.record.RecordHeader;
import io.flinklm.job.record.TextRecord;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Takes the records of a topic as they are: what is in them is checked later.
 *
 * @param <T> of the record in the job
 * @param type of the same
 * @param made from what Kafka has
 */
record RecordReader<T>(Class<T> type, Made<T> made) implements KafkaRecordDeserializationSchema<T> {
  private static final long serialVersionUID = 1;

  static final RecordReader<TextRecord> TEXT =
      new RecordReader<>(TextRecord.class, TextRecord::new);
  static final RecordReader<PromptRecord> PROMPTS =
      new RecordReader<>(PromptRecord.class, PromptRecord::new);

  /** How a record of Kafka becomes one of the job. */
  @FunctionalInterface
  interface Made<T> extends Serializable {
    T of(
        byte[] key,
        byte[] value,
        List<RecordHeader> headers,
        String topic,
        int partition,
        long offset,
        long timestamp);
  }

  /** A record as it is. */
  T read(ConsumerRecord<byte[], byte[]> record) {
    List<RecordHeader> headers = new ArrayList<>();
    record.headers().forEach(header -> headers.add(new RecordHeader(header.key(), header.value())));
    return made.of(
        record.key(),
        record.value(),
        headers,
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp());
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<T> out) {
    out.collect(read(record));
  }

  @Override
  public TypeInformation<T> getProducedType() {
    return TypeInformation.of(type);
  }
}
