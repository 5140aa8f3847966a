package io.flinklm.job.lane;

import static io.flinklm.job.lane.AlignedLanes.DRIFT;

import io.flinklm.job.record.TextRecord;
import io.flinklm.lane.Windows;
import io.flinklm.text.Tokenizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.util.clock.RelativeClock;

/**
 * The partitions of one reader, each with watermarks that say how far the slowest of its lanes has
 * come. Not thread safe.
 */
final class AlignedPartitions {
  // Of a partition from which nothing has come yet: who makes its watermarks is not told which it
  // is.
  private static final int UNKNOWN = -1;

  private final Tokenizer tokenizer;
  private final int laneCount;
  private final Duration timeout;
  private final AlignedLanes met;
  private final UnreadPartitions unread;
  private final List<Partition> partitions = new ArrayList<>();

  /** None yet; the parameters are those of {@link LaneAlignment}. */
  AlignedPartitions(Tokenizer tokenizer, int laneCount, Windows cut, Duration timeout) {
    this.tokenizer = tokenizer;
    this.laneCount = laneCount;
    this.timeout = timeout;
    this.met = new AlignedLanes(2 * cut.length());
    this.unread = new UnreadPartitions(met);
  }

  /** The lanes that they have shown. */
  AlignedLanes met() {
    return met;
  }

  /** Those of them that are not read for now. */
  UnreadPartitions unread() {
    return unread;
  }

  /**
   * One more partition: its watermarks.
   *
   * @param clock that stands still while it is not read
   */
  WatermarkGenerator<TextRecord> add(RelativeClock clock) {
    Partition partition = new Partition(clock);
    partitions.add(partition);
    return partition;
  }

  /** Whether a partition is paused, or may be: of one that has not spoken nobody knows. */
  private boolean mayBePaused(int number) {
    return number == UNKNOWN ? unread.hasPausedBut(numbers()) : unread.isPaused(number);
  }

  private Set<Integer> numbers() {
    return partitions.stream().map(partition -> partition.number).collect(Collectors.toSet());
  }

  /** Leaves out the lanes from which nothing has come since a restart, though it could have. */
  private void leaveOutAwaited() {
    Set<Integer> silent = awaited();
    unread.held().forEach(partition -> silent.removeAll(met.of(partition)));
    silent.forEach(lane -> met.leaveOut(lane, true));
  }

  /** The lanes of partitions from which something came before a restart and nothing since. */
  private Set<Integer> awaited() {
    return met.ofOthersThan(numbers());
  }

  /** Whether each lane that has never spoken may have a partition of its own. */
  private boolean expectsPartitions() {
    int silent = laneCount - met.count();
    long empty = partitions.stream().filter(partition -> partition.spoke.isEmpty()).count();
    return silent > 0 && empty - met.partitionsOf(awaited()).size() >= silent;
  }

  /** How far a partition from which nothing has come yet may be at least. */
  private OptionalLong slowestExpected(Partition partition) {
    OptionalLong slowest =
        partition.number == UNKNOWN ? met.slowest(awaited()) : OptionalLong.empty();
    // The lane of an empty one may be ahead of those that have spoken, by as much as this.
    return expectsPartitions() ? OptionalLong.of(Math.min(DRIFT, slowest.orElse(DRIFT))) : slowest;
  }

  /** One partition; its clock stands still while it is not read. */
  private final class Partition implements WatermarkGenerator<TextRecord> {
    private final RelativeClock clock;
    private final long created;
    private final Map<Integer, Long> spoke = new HashMap<>();
    private int number = UNKNOWN;
    private int unsaid;

    Partition(RelativeClock clock) {
      this.clock = clock;
      this.created = clock.relativeTimeMillis();
    }

    @Override
    public void onEvent(TextRecord record, long time, WatermarkOutput output) {
      if (number == UNKNOWN) {
        number = record.partition();
        met.of(number).forEach(lane -> spoke.put(lane, clock.relativeTimeMillis()));
      }
      HeardText.of(TokenizedRecord.of(record, tokenizer, laneCount))
          .ifPresent(text -> hear(text, output));
    }

    private void hear(HeardText text, WatermarkOutput output) {
      met.take(text, number);
      spoke.put(text.lane(), clock.relativeTimeMillis());
      unsaid += text.tokens();
      if (unsaid >= DRIFT / 16) {
        onPeriodicEmit(output);
      }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
      unsaid = 0;
      spoke.keySet().retainAll(met.of(number));
      spoke.forEach((lane, at) -> met.leaveOut(lane, isOver(at)));
      if (number == UNKNOWN && isOver(created)) {
        leaveOutAwaited();
      }
      unread.release();
      OptionalLong slowest = met.slowest(spoke.keySet());
      if (spoke.isEmpty() && !isOver(created)) {
        slowest = slowestExpected(this);
      }
      if (slowest.isPresent()) {
        output.emitWatermark(new Watermark(slowest.getAsLong()));
      } else if (!mayBePaused(number)) {
        // Flink never reads one again that it has paused and that is idle then (FLINK-40093). It
        // stays where it is until it is read again.
        output.markIdle();
      }
    }

    private boolean isOver(long since) {
      return timeout != null && clock.relativeTimeMillis() - since >= timeout.toMillis();
    }
  }
}
