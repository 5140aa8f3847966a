package io.flinklm.job.kafka;

import io.flinklm.job.record.TextRecord;
import io.flinklm.topics.RecordContent;
import io.flinklm.topics.RecordFormat;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.connector.base.source.reader.RecordEmitter;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplitState;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Takes records as they are, with what their format says of them, and marks the first one behind
 * lost text.
 *
 * @param lost text of the reader's partitions
 * @param format of the records
 */
record TextEmitter(LostText lost, RecordFormat format)
    implements RecordEmitter<ConsumerRecord<byte[], byte[]>, TextRecord, KafkaPartitionSplitState> {

  @Override
  public void emitRecord(
      ConsumerRecord<byte[], byte[]> record,
      SourceOutput<TextRecord> output,
      KafkaPartitionSplitState state) {
    TextRecord text = RecordReader.TEXT.read(record).readBy(format);
    boolean behind = lost.endsAt(record.partition(), record.offset(), state.getCurrentOffset());
    collect(behind ? text.asBehindLostText() : text, output);
    state.setCurrentOffset(record.offset() + 1);
  }

  private static void collect(TextRecord text, SourceOutput<TextRecord> output) {
    Long time = timeOf(text);
    if (time == null) {
      output.collect(text);
    } else {
      output.collect(text, time);
    }
  }

  /**
   * The time of a record that a format has read. Null where it does not say the one that it should:
   * Kafka's is of another clock, and might make all that follows late.
   */
  static Long timeOf(TextRecord text) {
    RecordContent said = text.said();
    if (said.wrongTime() != null) {
      return null;
    }
    return said.time() == null ? Long.valueOf(text.timestamp()) : said.time();
  }
}
