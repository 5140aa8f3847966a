package io.flinklm.job.lane;

import io.flinklm.job.record.TextRecord;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Windows;
import io.flinklm.text.Tokenizer;
import io.flinklm.topics.TextReading;
import io.flinklm.topics.TextReading.Place;
import io.flinklm.topics.TextReading.Refused;
import io.flinklm.topics.TextReading.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
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
 * lanes has come, in tokens of which training has a use; Flink pauses the partitions whose
 * watermark is too far ahead.
 *
 * <p>A partition that has delivered nothing may belong to a silent lane. It holds the others back
 * as long as there are at least as many such partitions as silent lanes. With a time-out, a lane
 * that is silent for longer is not waited for until it has caught up.
 *
 * <p>State: with each partition how far its lanes have come, as a blob that {@code KafkaText}
 * keeps. Counted from zero after each restart, the lanes that were ahead could be so once more.
 */
public final class LaneAlignment implements WatermarkGeneratorSupplier<TextRecord> {
  private static final long serialVersionUID = 1;
  // Of a partition from which nothing has come yet: who makes its watermarks is not told which it
  // is.
  private static final int UNKNOWN = -1;

  private static final Duration UPDATES = Duration.ofMillis(100);

  /**
   * How far ahead partitions may be, in tokens a lane. A partition of few lanes always runs ahead
   * to here, since all partitions are read alike, and what it is ahead is in every checkpoint.
   */
  static final long DRIFT = 8_192;

  private final Tokenizer tokenizer;
  private final int laneCount;
  private final Windows cut;
  private final Duration timeout;
  private transient Reader reader;
  private transient boolean started;

  /**
   * The alignment of so many lanes.
   *
   * @param tokenizer of the text, since what it refuses is nothing that training can use
   * @param cut how text is cut into chunks
   * @param timeout how long a silent lane is waited for; null for without end
   */
  public LaneAlignment(Tokenizer tokenizer, int laneCount, Windows cut, Duration timeout) {
    this.tokenizer = tokenizer;
    this.laneCount = laneCount;
    this.cut = cut;
    this.timeout = timeout;
  }

  /** The watermarks of a source of text. */
  public WatermarkStrategy<TextRecord> watermarks() {
    return WatermarkStrategy.<TextRecord>forGenerator(this)
        .withWatermarkAlignment("lanes", Duration.ofMillis(DRIFT), UPDATES);
  }

  @Override
  public WatermarkGenerator<TextRecord> createWatermarkGenerator(Context context) {
    if (!started) {
      // A reader first makes an output for what is in no partition, which nothing is.
      started = true;
      return new NoWatermarksGenerator<>();
    }
    Partition partition = new Partition(context.getInputActivityClock());
    reader().partitions.add(partition);
    return partition;
  }

  private Reader reader() {
    if (reader == null) {
      reader = new Reader();
    }
    return reader;
  }

  /** How far the lanes of a partition have come, as a blob. */
  public byte[] progress(int partition) {
    return reader().met.write(partition);
  }

  /**
   * The partitions that are too far ahead to be read, of those that go on. Flink hears how far they
   * are only when something has come of them, and pauses them a moment later: that much more would
   * wait after each restart.
   *
   * @param released is told of each when it is not too far ahead any more
   */
  public Set<Integer> holdBack(IntConsumer released) {
    reader().released = released;
    reader().held.addAll(reader().met.partitionsThat(reader()::isTooFarAhead));
    return Set.copyOf(reader().held);
  }

  /** Learns which partitions are not read for now, and which are read again. */
  public void pauseOrResume(Collection<Integer> pause, Collection<Integer> resume) {
    reader().paused.addAll(pause);
    reader().paused.removeAll(resume);
  }

  /** Goes on where the lanes of a partition were. */
  public void goOn(int partition, byte[] progress) {
    reader().met.read(partition, progress);
  }

  /** The partitions of one reader. */
  private final class Reader {
    private final AlignedLanes met = new AlignedLanes(2 * cut.length());
    private final List<Partition> partitions = new ArrayList<>();
    private final Set<Integer> held = new TreeSet<>();
    private final Set<Integer> paused = new HashSet<>();
    private IntConsumer released = partition -> {};

    boolean isTooFarAhead(int partition) {
      long first = met.slowest(met.ofOthersThan(Set.of())).orElse(0);
      return met.slowest(met.of(partition)).orElse(0) > first + DRIFT;
    }

    void release() {
      List<Integer> near = held.stream().filter(partition -> !isTooFarAhead(partition)).toList();
      near.forEach(held::remove);
      near.forEach(released::accept);
    }

    /** Whether a partition is paused, or may be: of one that has not spoken nobody knows. */
    boolean mayBePaused(int number) {
      Set<Integer> unknown = new HashSet<>(paused);
      partitions.forEach(partition -> unknown.remove(partition.number));
      return number == UNKNOWN ? !unknown.isEmpty() : paused.contains(number);
    }

    /** Leaves out the lanes from which nothing has come since a restart, though it could have. */
    void leaveOutAwaited() {
      Set<Integer> silent = awaited();
      held.forEach(partition -> silent.removeAll(met.of(partition)));
      silent.forEach(lane -> met.leaveOut(lane, true, DRIFT));
    }

    /** The lanes of partitions from which something came before a restart and nothing since. */
    Set<Integer> awaited() {
      return met.ofOthersThan(
          partitions.stream().map(partition -> partition.number).collect(Collectors.toSet()));
    }

    /** Whether each lane that has never spoken may have a partition of its own. */
    boolean expectsPartitions() {
      int silent = laneCount - met.count();
      long empty = partitions.stream().filter(partition -> partition.spoke.isEmpty()).count();
      return silent > 0 && empty - met.partitionsOf(awaited()).size() >= silent;
    }

    /** How far a partition from which nothing has come yet may be at least. */
    OptionalLong slowestExpected(Partition partition) {
      OptionalLong slowest =
          partition.number == UNKNOWN ? met.slowest(awaited()) : OptionalLong.empty();
      // The lane of an empty one may be ahead of those that have spoken, by as much as this.
      return expectsPartitions()
          ? OptionalLong.of(Math.min(DRIFT, slowest.orElse(DRIFT)))
          : slowest;
    }
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
        reader.met.of(number).forEach(lane -> spoke.put(lane, clock.relativeTimeMillis()));
      }
      TextReading reading = TokenizedRecord.of(record, tokenizer, laneCount).reading();
      if (reading instanceof Text text) {
        Place place = text.place();
        int tokens = text.tokens();
        reader.met.advance(text.lane(), number, place.segment(), place.position(), tokens);
        hear(text.lane(), tokens, output);
      } else if (reading instanceof Refused refused && refused.lane().isPresent()) {
        int lane = refused.lane().getAsInt();
        Segment segment = refused.place().map(Place::segment).orElse(null);
        long position = refused.place().map(Place::position).orElse(Place.FOLLOWS);
        reader.met.refuse(lane, number, segment, position, refused.tokens());
        hear(lane, refused.tokens(), output);
      }
    }

    private void hear(int lane, int tokens, WatermarkOutput output) {
      spoke.put(lane, clock.relativeTimeMillis());
      unsaid += tokens;
      if (unsaid >= DRIFT / 16) {
        onPeriodicEmit(output);
      }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
      unsaid = 0;
      spoke.keySet().retainAll(reader.met.of(number));
      spoke.forEach((lane, at) -> reader.met.leaveOut(lane, isOver(at), DRIFT));
      if (number == UNKNOWN && isOver(created)) {
        reader.leaveOutAwaited();
      }
      reader.release();
      OptionalLong slowest = reader.met.slowest(spoke.keySet());
      if (spoke.isEmpty() && !isOver(created)) {
        slowest = reader.slowestExpected(this);
      }
      if (slowest.isPresent()) {
        output.emitWatermark(new Watermark(slowest.getAsLong()));
      } else if (!reader.mayBePaused(number)) {
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
