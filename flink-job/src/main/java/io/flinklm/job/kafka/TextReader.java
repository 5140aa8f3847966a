package io.flinklm.job.kafka;

import io.flinklm.job.lane.LaneAlignment;
import io.flinklm.job.record.TextRecord;
import io.flinklm.topics.RecordFormat;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.synchronization.FutureCompletingBlockingQueue;
import org.apache.flink.connector.kafka.source.metrics.KafkaSourceReaderMetrics;
import org.apache.flink.connector.kafka.source.reader.KafkaSourceReader;
import org.apache.flink.connector.kafka.source.reader.fetcher.KafkaSourceFetcherManager;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplitState;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The connector's reader, which keeps alignment and origin with its partitions. */
final class TextReader extends KafkaSourceReader<TextRecord> {
  private final LaneAlignment alignment;
  private final boolean endless;
  private final Set<Integer> held;
  private final TextOrigins origins;
  private final Map<String, Integer> partitions = new HashMap<>();

  /**
   * A reader that has no partition yet.
   *
   * @param shared with the thread that fetches
   * @param alignment of the lanes; null for none
   * @param endless whether the text has no end
   * @param format of the records
   */
  TextReader(
      SharedPartitions shared,
      LaneAlignment alignment,
      boolean endless,
      RecordFormat format,
      FutureCompletingBlockingQueue<RecordsWithSplitIds<ConsumerRecord<byte[], byte[]>>> fetched,
      KafkaSourceFetcherManager fetchers,
      Configuration settings,
      SourceReaderContext context,
      KafkaSourceReaderMetrics metrics) {
    super(fetched, fetchers, new TextEmitter(shared.lost(), format), settings, context, metrics);
    this.alignment = alignment;
    this.endless = endless;
    this.held = shared.held();
    this.origins = shared.origins();
  }

  @Override
  public void addSplits(List<KafkaPartitionSplit> splits) {
    Map<Integer, KafkaPartitionSplit> goOn = new HashMap<>();
    for (KafkaPartitionSplit split : splits) {
      partitions.put(split.splitId(), split.getPartition());
      if (split instanceof TextSplit text) {
        text.origin().ifPresent(origin -> origins.goOn(split.getPartition(), origin));
        if (alignment != null && text.progress().isPresent()) {
          alignment.goOn(split.getPartition(), text.progress().orElseThrow());
          goOn.put(split.getPartition(), split);
        }
      }
    }
    // Behind the end of a lane nothing would release the others.
    if (endless && !goOn.isEmpty()) {
      held.addAll(
          alignment.holdBack(partition -> release(partition, goOn.get(partition).splitId())));
    }
    super.addSplits(splits.stream().map(TextReader::fromItsFirst).toList());
  }

  // A partition that was added to the topic meanwhile: "the first there is" would pass over what
  // is deleted before it is read.
  private static KafkaPartitionSplit fromItsFirst(KafkaPartitionSplit split) {
    return split.getStartingOffset() == KafkaPartitionSplit.EARLIEST_OFFSET
        ? new KafkaPartitionSplit(
            split.getTopicPartition(),
            0,
            split.getStoppingOffset().orElse(KafkaPartitionSplit.NO_STOPPING_OFFSET))
        : split;
  }

  private void release(int partition, String split) {
    // In this order: whoever is about to hold it back sees that it is not held any more, or the
    // request to read it comes behind that.
    held.remove(partition);
    super.pauseOrResumeSplits(List.of(), List.of(split));
  }

  @Override
  public void pauseOrResumeSplits(Collection<String> pause, Collection<String> resume) {
    if (alignment != null) {
      alignment.pauseOrResume(numbers(pause), numbers(resume));
    }
    super.pauseOrResumeSplits(pause, resume);
  }

  private Set<Integer> numbers(Collection<String> splits) {
    return splits.stream().map(partitions::get).collect(Collectors.toSet());
  }

  @Override
  protected KafkaPartitionSplit toSplitType(String id, KafkaPartitionSplitState state) {
    KafkaPartitionSplit split = super.toSplitType(id, state);
    int partition = split.getPartition();
    return new TextSplit(
        split, alignment == null ? null : alignment.progress(partition), origins.of(partition));
  }
}
