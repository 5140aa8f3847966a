package io.flinklm.job;

import io.flinklm.job.Tokenize.RefusedException;
import io.flinklm.lane.Segment;
import io.flinklm.text.Tokenizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.flink.api.common.eventtime.NoWatermarksGenerator;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.util.clock.RelativeClock;

/**
 * Holds partitions of text back that run ahead of the others, so that the chunks that wait for a
 * delayed lane stay bounded. The time of a partition's watermark is how far the slowest of its
 * lanes has come, in tokens; Flink pauses the partitions whose watermark is too far ahead.
 *
 * <p>A partition from which nothing has come yet holds the others back while it may be that of a
 * lane from which nothing has come, that is while there are as many such partitions as such lanes.
 * With a time-out, lanes that are silent for longer are not waited for until they have caught up.
 */
final class LaneAlignment implements WatermarkGeneratorSupplier<TextRecord> {
  private static final long serialVersionUID = 1;
  private static final Duration UPDATES = Duration.ofMillis(100);

  /**
   * How far ahead partitions may be, in tokens a lane. A partition of few lanes always runs ahead
   * to here, since all partitions are read alike, and what it is ahead is in every checkpoint.
   */
  static final long DRIFT = 8_192;

  private final int lanes;
  private final Duration timeout;
  private transient Reader reader;

  private LaneAlignment(int lanes, Duration timeout) {
    this.lanes = lanes;
    this.timeout = timeout;
  }

  /**
   * The watermarks of a source of text without end.
   *
   * @param timeout how long a silent lane is waited for; empty for without end
   */
  static WatermarkStrategy<TextRecord> of(int lanes, Optional<Duration> timeout) {
    return WatermarkStrategy.<TextRecord>forGenerator(
            new LaneAlignment(lanes, timeout.orElse(null)))
        .withWatermarkAlignment("lanes", Duration.ofMillis(DRIFT), UPDATES);
  }

  @Override
  public WatermarkGenerator<TextRecord> createWatermarkGenerator(Context context) {
    if (reader == null) {
      // A reader first makes an output for what is in no partition, which nothing is.
      reader = new Reader();
      return new NoWatermarksGenerator<>();
    }
    Partition partition = new Partition(context.getInputActivityClock());
    reader.partitions.add(partition);
    return partition;
  }

  /** The partitions of one reader. */
  private final class Reader {
    private final LaneProgress progress = new LaneProgress();
    private final List<Partition> partitions = new ArrayList<>();
    private final Map<Integer, Partition> homes = new HashMap<>();
    private final Set<Integer> leftOut = new HashSet<>();

    /** Leaves a lane out that is silent for too long, until it has caught up well enough. */
    void leaveOut(int lane, boolean silent) {
      if (silent) {
        leftOut.add(lane);
      } else if (leftOut.contains(lane)
          && progress.of(lane) + DRIFT >= slowest(homes.keySet()).orElse(0)) {
        leftOut.remove(lane);
      }
    }

    /** How far the slowest of these lanes is, without those that are left out. */
    OptionalLong slowest(Set<Integer> of) {
      return of.stream().filter(lane -> !leftOut.contains(lane)).mapToLong(progress::of).min();
    }

    /** Whether each lane that has not spoken may have a partition of its own. */
    boolean expectsPartitions() {
      int silent = lanes - homes.size();
      long empty = partitions.stream().filter(partition -> partition.spoke.isEmpty()).count();
      return silent > 0 && empty >= silent;
    }
  }

  /** One partition; its clock stands still while it is not read. */
  private final class Partition implements WatermarkGenerator<TextRecord> {
    private final RelativeClock clock;
    private final long created;
    private final Map<Integer, Long> spoke = new HashMap<>();
    private int unsaid;

    Partition(RelativeClock clock) {
      this.clock = clock;
      this.created = clock.relativeTimeMillis();
    }

    @Override
    public void onEvent(TextRecord record, long time, WatermarkOutput output) {
      int lane;
      try {
        lane = Tokenize.lane(record, lanes);
      } catch (RefusedException e) {
        return;
      }
      Segment segment = null;
      long position = LaneText.UNCHECKED;
      try {
        position = Tokenize.position(record);
        segment = Tokenize.segment(record);
      } catch (RefusedException e) {
        // Its place is not known.
      }
      int tokens = record.value() == null ? 0 : Tokenizer.count(record.value());
      reader.progress.advance(lane, segment, position, tokens);
      reader.homes.put(lane, this);
      spoke.put(lane, clock.relativeTimeMillis());
      unsaid += tokens;
      if (unsaid >= DRIFT / 16) {
        onPeriodicEmit(output);
      }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
      unsaid = 0;
      // A topic that was given more partitions has lanes elsewhere than before.
      spoke.keySet().removeIf(lane -> reader.homes.get(lane) != this);
      spoke.forEach((lane, at) -> reader.leaveOut(lane, isOver(at)));
      OptionalLong slowest = reader.slowest(spoke.keySet());
      if (slowest.isPresent()) {
        output.emitWatermark(new Watermark(slowest.getAsLong()));
      } else if (spoke.isEmpty() && reader.expectsPartitions() && !isOver(created)) {
        // After a restart its lane may be ahead of those that have spoken, by as much as this.
        output.emitWatermark(new Watermark(DRIFT));
      } else {
        output.markIdle();
      }
    }

    private boolean isOver(long since) {
      return timeout != null && clock.relativeTimeMillis() - since >= timeout.toMillis();
    }
  }
}
