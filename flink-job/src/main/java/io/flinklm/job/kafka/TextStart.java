package io.flinklm.job.kafka;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;

/**
 * Where a training begins in the partitions of text: at an offset that is given, or at the first
 * record. The connector's own begins, where none is given, at the offset that the consumer group
 * has committed, which is that of an earlier training.
 *
 * @param given offsets by partition
 */
record TextStart(Map<Integer, Long> given) implements OffsetsInitializer {
  private static final long serialVersionUID = 1;

  @Override
  public Map<TopicPartition, Long> getPartitionOffsets(
      Collection<TopicPartition> partitions, PartitionOffsetsRetriever kafka) {
    Map<TopicPartition, Long> start = new HashMap<>();
    Set<TopicPartition> others = new HashSet<>();
    for (TopicPartition partition : partitions) {
      Long offset = given.get(partition.partition());
      if (offset == null) {
        others.add(partition);
      } else {
        start.put(partition, offset);
      }
    }
    if (!others.isEmpty()) {
      start.putAll(kafka.beginningOffsets(others));
    }
    return start;
  }

  // Kafka has another class for it by now, and the connector asks for this one.
  @SuppressWarnings("deprecation")
  @Override
  public OffsetResetStrategy getAutoOffsetResetStrategy() {
    return OffsetResetStrategy.NONE;
  }
}
