package io.flinklm.producer;

import io.flinklm.text.TextForm;
import io.flinklm.topics.LaneRecord;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * What stood in a partition at one moment, to be read from its end.
 *
 * @param consumer that reads it
 * @param partition of the topic
 * @param begin offset of the first record that counts and is still held
 * @param end offset behind the last record
 * @param cut whether older records that would count were here and are no longer
 * @param form of the text
 */
record PartitionTail(
    Consumer<byte[], byte[]> consumer,
    TopicPartition partition,
    long begin,
    long end,
    boolean cut,
    TextForm form) {
  private static final int FIRST_LOOK = 256;
  private static final Duration POLL = Duration.ofMillis(500);
  private static final int SILENT_POLLS = 40;
  private static final BinaryOperator<LaneRecord> FURTHER =
      BinaryOperator.maxBy(
          Comparator.comparing(LaneRecord::segment).thenComparingInt(LaneRecord::end));

  /** The part of a partition behind an offset: what was there before does not count. */
  static PartitionTail of(
      Consumer<byte[], byte[]> consumer, TopicPartition partition, long from, TextForm form) {
    List<TopicPartition> one = List.of(partition);
    long held = consumer.beginningOffsets(one).get(partition);
    long end = consumer.endOffsets(one).get(partition);
    return new PartitionTail(consumer, partition, Math.max(held, from), end, held > from, form);
  }

  /**
   * Adds to {@code last} the furthest record of the lanes met on the way back. Looks back twice as
   * far each time until all the wanted lanes are met or the partition begins.
   */
  void search(Set<Integer> wanted, Map<Integer, LaneRecord> last) {
    Map<Integer, LaneRecord> met = new HashMap<>();
    consumer.assign(List.of(partition));
    long from = end;
    for (long back = FIRST_LOOK; from > begin && !met.keySet().containsAll(wanted); back *= 2) {
      long to = from;
      from = Math.max(begin, end - back);
      read(from, to, met);
    }
    met.forEach((lane, record) -> last.merge(lane, record, FURTHER));
  }

  private void read(long from, long to, Map<Integer, LaneRecord> met) {
    consumer.seek(partition, from);
    int silent = 0;
    long position = from;
    while (position < to) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.offset() < to) {
          LaneRecord.ofKafka(record, form).ifPresent(ours -> met.merge(ours.lane(), ours, FURTHER));
        }
      }
      silent = consumer.position(partition) > position ? 0 : silent + 1;
      position = consumer.position(partition);
      if (silent == SILENT_POLLS) {
        throw new TimeoutException("nothing came of " + partition + " at offset " + position);
      }
    }
  }
}
