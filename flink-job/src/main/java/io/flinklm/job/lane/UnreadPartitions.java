package io.flinklm.job.lane;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntConsumer;

/**
 * The partitions of one reader that are not read for now because they are ahead of the others:
 * those that Flink has paused, and those that are held back after a restart, when Flink does not
 * know yet how far they are. Not thread safe.
 */
final class UnreadPartitions {
  private final AlignedLanes met;
  private final Set<Integer> held = new TreeSet<>();
  private final Set<Integer> paused = new HashSet<>();
  private IntConsumer released = partition -> {};

  /** None yet, of those whose lanes these are. */
  UnreadPartitions(AlignedLanes met) {
    this.met = met;
  }

  /**
   * Holds back those that are too far ahead.
   *
   * @param then is told of each when it is not too far ahead any more
   * @return all that are held back
   */
  Set<Integer> holdBack(IntConsumer then) {
    released = then;
    held.addAll(met.partitionsThat(this::isTooFarAhead));
    return Set.copyOf(held);
  }

  private boolean isTooFarAhead(int partition) {
    long first = met.slowest(met.ofOthersThan(Set.of())).orElse(0);
    return met.slowest(met.of(partition)).orElse(0) > first + AlignedLanes.DRIFT;
  }

  /** Releases those that are not too far ahead any more. */
  void release() {
    List<Integer> near = held.stream().filter(partition -> !isTooFarAhead(partition)).toList();
    near.forEach(held::remove);
    near.forEach(released::accept);
  }

  /** Learns which partitions Flink pauses, and which it has read again. */
  void pauseOrResume(Collection<Integer> pause, Collection<Integer> resume) {
    paused.addAll(pause);
    paused.removeAll(resume);
  }

  /** Those that are held back. */
  Set<Integer> held() {
    return held;
  }

  /** Whether one is paused. */
  boolean isPaused(int partition) {
    return paused.contains(partition);
  }

  /** Whether any is paused that is none of these. */
  boolean hasPausedBut(Set<Integer> known) {
    return !known.containsAll(paused);
  }
}
