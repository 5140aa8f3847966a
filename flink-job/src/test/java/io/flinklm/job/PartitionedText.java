package io.flinklm.job;

import io.flinklm.job.record.TextRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource.NumberSequenceSplit;
import org.apache.flink.api.connector.source.lib.util.IteratorSourceEnumerator;
import org.apache.flink.api.connector.source.lib.util.IteratorSourceReaderBase;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.util.NumberSequenceIterator;

/**
 * Records of text in partitions, as in a topic but in this process. Each partition is read by one
 * reader, in order; which reader takes which, and when, is left to chance.
 */
public final class PartitionedText
    implements Source<TextRecord, NumberSequenceSplit, Collection<NumberSequenceSplit>>,
        ResultTypeQueryable<TextRecord> {
  private static final long serialVersionUID = 1;
  // Flink serializes sources; their text is found again by their id.
  private static final Map<String, Text> TEXTS = new ConcurrentHashMap<>();
  // A partition is a range of offsets.
  private static final NumberSequenceSource RANGE = new NumberSequenceSource(0, 0);

  private final String id = UUID.randomUUID().toString();

  private record Text(List<List<TextRecord>> partitions, Failure failure) {}

  private PartitionedText(List<TextRecord> records, int partitions, Failure failure) {
    List<List<TextRecord>> byPartition = new ArrayList<>();
    for (int partition = 0; partition < partitions; partition++) {
      byPartition.add(new ArrayList<>());
    }
    // By key as a producer would: a lane's records stay in order.
    for (TextRecord record : records) {
      int lane = record.key() == null ? 0 : record.key()[record.key().length - 1];
      byPartition.get(Math.floorMod(lane, partitions)).add(record);
    }
    TEXTS.put(id, new Text(byPartition, failure));
  }

  public static PartitionedText of(List<TextRecord> records, int partitions) {
    return new PartitionedText(records, partitions, Failure.never());
  }

  public static PartitionedText failing(List<TextRecord> records, int partitions, Failure failure) {
    return new PartitionedText(records, partitions, failure);
  }

  @Override
  public SplitEnumerator<NumberSequenceSplit, Collection<NumberSequenceSplit>> createEnumerator(
      SplitEnumeratorContext<NumberSequenceSplit> context) {
    List<NumberSequenceSplit> splits = new ArrayList<>();
    List<List<TextRecord>> partitions = TEXTS.get(id).partitions;
    for (int partition = 0; partition < partitions.size(); partition++) {
      int size = partitions.get(partition).size();
      if (size > 0) {
        splits.add(new NumberSequenceSplit(Integer.toString(partition), 0, size - 1));
      }
    }
    return new IteratorSourceEnumerator<>(context, splits);
  }

  @Override
  public SplitEnumerator<NumberSequenceSplit, Collection<NumberSequenceSplit>> restoreEnumerator(
      SplitEnumeratorContext<NumberSequenceSplit> context, Collection<NumberSequenceSplit> left) {
    return new IteratorSourceEnumerator<>(context, left);
  }

  @Override
  public SourceReader<TextRecord, NumberSequenceSplit> createReader(SourceReaderContext context) {
    return new Reader(TEXTS.get(id), context);
  }

  private static final class Reader
      extends IteratorSourceReaderBase<
          Long, TextRecord, NumberSequenceIterator, NumberSequenceSplit> {
    private final Text text;

    Reader(Text text, SourceReaderContext context) {
      super(context);
      this.text = text;
    }

    @Override
    protected TextRecord convert(Long offset) {
      int partition = Integer.parseInt(currentSplit.splitId());
      return text.partitions.get(partition).get(offset.intValue());
    }

    @Override
    public InputStatus pollNext(ReaderOutput<TextRecord> output) {
      if (!text.failure.mayRead()) {
        return InputStatus.NOTHING_AVAILABLE;
      }
      return super.pollNext(output);
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
      return text.failure.isWaiting() ? text.failure.checkpointed() : super.isAvailable();
    }

    @Override
    public void addSplits(List<NumberSequenceSplit> splits) {
      splits.forEach(split -> text.failure.readFrom(split.from()));
      super.addSplits(splits);
    }

    @Override
    public List<NumberSequenceSplit> snapshotState(long checkpointId) {
      text.failure.snapshot(checkpointId);
      return super.snapshotState(checkpointId);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
      text.failure.completed(checkpointId);
    }
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.BOUNDED;
  }

  @Override
  public TypeInformation<TextRecord> getProducedType() {
    return TypeInformation.of(TextRecord.class);
  }

  @Override
  public SimpleVersionedSerializer<NumberSequenceSplit> getSplitSerializer() {
    return RANGE.getSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<Collection<NumberSequenceSplit>>
      getEnumeratorCheckpointSerializer() {
    return RANGE.getEnumeratorCheckpointSerializer();
  }
}
