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
    RecordContent said = text.said();
    if (said.wrongTime() == null) {
      output.collect(text, said.time() == null ? text.timestamp() : said.time());
    } else {
      // Without a time: Kafka's is of another clock, and might make all that follows late.
      output.collect(text);
    }
  }
}
