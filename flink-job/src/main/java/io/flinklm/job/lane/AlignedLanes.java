package io.flinklm.job.lane;

import io.flinklm.Blob;
import java.io.DataInput;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/**
 * The lanes that one reader has met: how far each has come, of which partition it is, and whether
 * it is left out because it was silent for too long. Not thread safe.
 *
 * <p>State: one blob for each partition.
 */
final class AlignedLanes {
  private static final String KIND = "PROG";

  // Version 1: lanes of the partition, each with whether it is left out and its progress; the
  // scale.
  // Version 2: the progress with a hole and how much text there is behind it.
  // Version 3: the progress with where a hole at the end begins.
  private static final int VERSION = 3;

  /**
   * How far ahead partitions may be, in tokens a lane. A partition of few lanes always runs ahead
   * to here, since all partitions are read alike, and what it is ahead is in every checkpoint.
   */
  static final long DRIFT = 8_192;

  private final LaneProgress progress;
  private final Map<Integer, Integer> partitions = new HashMap<>();
  private final Set<Integer> leftOut = new HashSet<>();

  /** None yet; the parameter is that of {@link LaneProgress}. */
  AlignedLanes(int enough) {
    progress = new LaneProgress(enough);
  }

  /** Takes a lane's next record, which is of a partition. */
  void take(HeardText text, int partition) {
    if (text.refused()) {
      progress.refuse(text.lane(), text.segment(), text.position(), text.tokens());
    } else {
      progress.advance(text.lane(), text.segment(), text.position(), text.tokens());
    }
    partitions.put(text.lane(), partition);
  }

  /** How many lanes there are. */
  int count() {
    return partitions.size();
  }

  /** The lanes of a partition; a topic that was given more has lanes elsewhere than before. */
  Set<Integer> of(int partition) {
    return inPartitionsThat(number -> number == partition);
  }

  /** The lanes of all partitions but these. */
  Set<Integer> ofOthersThan(Collection<Integer> known) {
    return inPartitionsThat(number -> !known.contains(number));
  }

  private Set<Integer> inPartitionsThat(IntPredicate partition) {
    return partitions.keySet().stream()
        .filter(lane -> partition.test(partitions.get(lane)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The partitions of which something is known, and true. */
  Set<Integer> partitionsThat(IntPredicate predicate) {
    return partitions.values().stream()
        .filter(predicate::test)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The partitions of lanes. */
  Set<Integer> partitionsOf(Set<Integer> lanes) {
    return lanes.stream().map(partitions::get).collect(Collectors.toSet());
  }

  /** Leaves a lane out that is silent for too long, until it has caught up well enough. */
  void leaveOut(int lane, boolean silent) {
    if (silent) {
      leftOut.add(lane);
    } else if (leftOut.contains(lane)
        && progress.of(lane) + DRIFT >= slowest(partitions.keySet()).orElse(0)) {
      leftOut.remove(lane);
    }
  }

  /** How far the slowest of these lanes is, without those that are left out. */
  OptionalLong slowest(Set<Integer> lanes) {
    return lanes.stream().filter(lane -> !leftOut.contains(lane)).mapToLong(progress::of).min();
  }

  /** What is known of a partition's lanes, as a blob. */
  byte[] write(int partition) {
    return Blob.write(
        KIND,
        VERSION,
        out -> {
          Set<Integer> own = of(partition);
          out.writeInt(own.size());
          for (int lane : own) {
            out.writeInt(lane);
            out.writeBoolean(leftOut.contains(lane));
            progress.write(lane, out);
          }
          progress.writeScale(out);
        });
  }

  /** Reads what {@link #write} wrote, in this version or an older one. */
  void read(int partition, byte[] blob) {
    Blob.read(KIND, VERSION, blob, (in, version) -> take(partition, in, version));
  }

  private AlignedLanes take(int partition, DataInput in, int version) throws IOException {
    for (int left = in.readInt(); left > 0; left--) {
      int lane = in.readInt();
      if (in.readBoolean()) {
        leftOut.add(lane);
      }
      progress.read(lane, in, version);
      partitions.put(lane, partition);
    }
    progress.readScale(in);
    return this;
  }
}
