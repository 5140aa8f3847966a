package io.flinklm.job.kafka;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * What a partition has at a moment: its records from one offset up to another.
 *
 * @param first offset of its first record
 * @param end offset behind its last record
 */
record PartitionBounds(long first, long end) {

  /** Asks Kafka. */
  static PartitionBounds of(TopicPartition partition, Admin kafka) {
    try {
      return new PartitionBounds(
          offset(partition, OffsetSpec.earliest(), kafka),
          offset(partition, OffsetSpec.latest(), kafka));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "Kafka does not say what " + partition + " has", e.getCause());
    }
  }

  private static long offset(TopicPartition partition, OffsetSpec which, Admin kafka)
      throws InterruptedException, ExecutionException {
    return kafka.listOffsets(Map.of(partition, which)).partitionResult(partition).get().offset();
  }
}
