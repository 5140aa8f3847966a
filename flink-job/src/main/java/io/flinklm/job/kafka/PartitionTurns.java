package io.flinklm.job.kafka;

import io.flinklm.topics.RecordFormat;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Whose turn it is among the partitions of a topic: of those that have more, the one whose text is
 * the furthest behind in time; the others wait. A consumer by itself hands out all that it fetched
 * of one partition before the next one's. Event time would go on in leaps, and what was read ahead
 * of the slowest partition would wait in memory.
 *
 * <p>If a partition has its turn and gives nothing for seconds, because its broker is away, the
 * others are read without turns until something of it comes. To be used from the thread that
 * fetches.
 */
final class PartitionTurns {
  private static final Comparator<Map.Entry<TopicPartition, Long>> BEHIND =
      Map.Entry.<TopicPartition, Long>comparingByValue()
          .thenComparing(entry -> entry.getKey().partition());

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ConsumerMetrics consumer;
  private final UnreadText unread;
  private final RecordFormat format;
  private final Set<TopicPartition> known = new HashSet<>();
  private final Map<TopicPartition, Long> read = new HashMap<>();
  private final Set<TopicPartition> absent = new HashSet<>();
  private TopicPartition turn;
  private long begun;
  private long silent;

  /**
   * Before the first turn.
   *
   * @param unread is told which partitions have more
   * @param format of the records, which says their times
   */
  PartitionTurns(ConsumerMetrics consumer, UnreadText unread, RecordFormat format) {
    this.consumer = consumer;
    this.unread = unread;
    this.format = format;
  }

  /**
   * Says whose turn it is; to be called before each fetch.
   *
   * @throws WakeupException if the thread that fetches is to do something else first
   */
  void next() {
    learnOfNew();
    Map<TopicPartition, Long> more = new HashMap<>();
    for (TopicPartition partition : consumer.assigned()) {
      if (consumer.hasMore(partition) && !absent.contains(partition)) {
        more.put(partition, read.getOrDefault(partition, Long.MIN_VALUE));
      }
    }
    unread.know(more.keySet().stream().map(TopicPartition::partition).collect(Collectors.toSet()));
    TopicPartition behind =
        more.entrySet().stream().min(BEHIND).map(Map.Entry::getKey).orElse(null);
    if (behind == null || !behind.equals(turn)) {
      silent = 0;
    }
    turn = behind;
    more.remove(turn);
    consumer.pauseOnly(more.keySet());
    begun = System.nanoTime();
  }

  private void learnOfNew() {
    Set<TopicPartition> added = new HashSet<>(consumer.assigned());
    added.removeAll(known);
    if (!added.isEmpty()) {
      consumer.askForEndsOf(added);
      known.addAll(added);
    }
  }

  /** Learns how far the partitions have come by what was fetched, and hands it on. */
  RecordsWithSplitIds<ConsumerRecord<byte[], byte[]>> fetched(
      RecordsWithSplitIds<ConsumerRecord<byte[], byte[]>> records) {
    RecordsBySplits.Builder<ConsumerRecord<byte[], byte[]>> same = new RecordsBySplits.Builder<>();
    // Of the fetch alone: who takes the records may let them wait for long.
    silent += System.nanoTime() - begun;
    for (String split = records.nextSplit(); split != null; split = records.nextSplit()) {
      ConsumerRecord<byte[], byte[]> last = null;
      for (ConsumerRecord<byte[], byte[]> record = records.nextRecordFromSplit();
          record != null;
          record = records.nextRecordFromSplit()) {
        same.add(split, record);
        last = record;
      }
      if (last != null) {
        cameTo(last);
      }
    }
    same.addFinishedSplits(records.finishedSplits());
    records.recycle();
    if (turn != null && silent > PATIENCE.toNanos()) {
      absent.add(turn);
      absent.addAll(consumer.paused());
    }
    return same.build();
  }

  private void cameTo(ConsumerRecord<byte[], byte[]> record) {
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    absent.remove(partition);
    if (partition.equals(turn)) {
      silent = 0;
    }
    Long time = TextEmitter.timeOf(RecordReader.TEXT.read(record).readBy(format));
    // Not the latest: one record of a wrong clock must not put the partition behind all others.
    read.put(partition, time == null ? Long.valueOf(record.timestamp()) : time);
  }
}
