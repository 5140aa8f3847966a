package io.flinklm.job.kafka;

import java.io.Serializable;
import java.util.Set;

/**
 * The partitions of which Kafka is known to have more than a reader was given. The thread that
 * fetches tells it, and the reader's watermarks ask.
 */
public final class UnreadText implements Serializable {
  private static final long serialVersionUID = 1;
  private transient volatile Set<Integer> partitions;

  /** Of no partition. */
  public UnreadText() {}

  /** Learns which partitions have more. */
  public void know(Set<Integer> those) {
    partitions = Set.copyOf(those);
  }

  /** Whether a partition has more. */
  public boolean isOf(int partition) {
    Set<Integer> known = partitions;
    return known != null && known.contains(partition);
  }
}
