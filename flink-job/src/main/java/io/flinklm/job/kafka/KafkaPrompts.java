package io.flinklm.job.kafka;

import io.flinklm.job.record.PromptRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.synchronization.FutureCompletingBlockingQueue;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.metrics.KafkaSourceReaderMetrics;
import org.apache.flink.connector.kafka.source.reader.KafkaSourceReader;
import org.apache.flink.connector.kafka.source.reader.fetcher.KafkaSourceFetcherManager;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.metrics.Counter;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A source of prompts that tells of those that Kafka had deleted before they were read, and goes on
 * behind them. The connector's own passes them over without a word.
 *
 * @param kafka the connector's source
 * @param consumer properties of the consumer that reads
 */
record KafkaPrompts(KafkaSource<PromptRecord> kafka, Properties consumer)
    implements Source<PromptRecord, KafkaPartitionSplit, KafkaSourceEnumState>,
        ResultTypeQueryable<PromptRecord> {
  private static final long serialVersionUID = 1;

  /** Name of the counter of prompts that were deleted unread, since the last start. */
  static final String LOST = "promptsLost";

  @Override
  public SourceReader<PromptRecord, KafkaPartitionSplit> createReader(SourceReaderContext context) {
    KafkaSourceReaderMetrics metrics = new KafkaSourceReaderMetrics(context.metricGroup());
    Counter lost = context.metricGroup().counter(LOST);
    FutureCompletingBlockingQueue<RecordsWithSplitIds<ConsumerRecord<byte[], byte[]>>> fetched =
        new FutureCompletingBlockingQueue<>();
    Map<String, String> settings = new HashMap<>();
    consumer.stringPropertyNames().forEach(name -> settings.put(name, consumer.getProperty(name)));
    return new KafkaSourceReader<>(
        fetched,
        new KafkaSourceFetcherManager(
            fetched,
            () -> new PromptPartitionReader(consumer, context, metrics, lost),
            ended -> {}),
        (record, output, state) -> {
          output.collect(RecordReader.PROMPTS.read(record), record.timestamp());
          state.setCurrentOffset(record.offset() + 1);
        },
        Configuration.fromMap(settings),
        context,
        metrics);
  }

  @Override
  public Boundedness getBoundedness() {
    return kafka.getBoundedness();
  }

  @Override
  public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> createEnumerator(
      SplitEnumeratorContext<KafkaPartitionSplit> context) {
    return kafka.createEnumerator(context);
  }

  @Override
  public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restoreEnumerator(
      SplitEnumeratorContext<KafkaPartitionSplit> context, KafkaSourceEnumState state)
      throws Exception {
    return kafka.restoreEnumerator(context, state);
  }

  @Override
  public SimpleVersionedSerializer<KafkaPartitionSplit> getSplitSerializer() {
    return kafka.getSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<KafkaSourceEnumState> getEnumeratorCheckpointSerializer() {
    return kafka.getEnumeratorCheckpointSerializer();
  }

  @Override
  public TypeInformation<PromptRecord> getProducedType() {
    return kafka.getProducedType();
  }
}
