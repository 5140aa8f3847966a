package io.flinklm.job.kafka;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The text of one reader's partitions that Kafka had deleted before it was read, until the first
 * record behind it has come. That record tells the lanes of the hole. A checkpoint from before it
 * still has the offset that was wanted, so whoever goes on from there misses the same text again,
 * and tells of it again.
 *
 * <p>The thread that reads finds it, and another one takes the records.
 */
final class LostText {
  private static final Logger LOG = LoggerFactory.getLogger(LostText.class);

  private final OnLostText then;
  private final String topic;
  private final Map<Integer, Long> goesOnAt = new ConcurrentHashMap<>();

  LostText(String topic, OnLostText then) {
    this.topic = topic;
    this.then = then;
  }

  /**
   * Takes note of text that is gone.
   *
   * @param wanted offset that was to be read next
   * @param bounds of what is there
   * @return the offset to go on at
   * @throws LostTextException if training does not go on
   */
  long find(int partition, long wanted, PartitionBounds bounds) {
    boolean deleted = wanted < bounds.first();
    long next = deleted ? bounds.first() : bounds.end();
    String found =
        "text is gone from Kafka before it was read: partition %d of the topic %s %s at offset %d, and %d was to be read next"
            .formatted(partition, topic, deleted ? "goes on" : "ends", next, wanted);
    if (then == OnLostText.STOP) {
      throw new LostTextException(
          found
              + "; with --on-lost-text hole training goes on behind it, each lane of that partition"
              + " from a zero hidden state");
    }
    LOG.warn("{}; training goes on there, behind a hole in each lane of that partition", found);
    goesOnAt.put(partition, next);
    return next;
  }

  /**
   * Whether a record is the first one behind text that is gone.
   *
   * @param expected offset behind the record before it
   */
  boolean endsAt(int partition, long offset, long expected) {
    Long next = goesOnAt.get(partition);
    // What was read before the loss was found may still be on its way.
    boolean behind = next != null && (next > expected ? offset >= next : offset < expected);
    return behind && goesOnAt.remove(partition, next);
  }
}
