package io.flinklm.job.lane;

import io.flinklm.job.record.TextRecord;
import io.flinklm.lane.Windows;
import io.flinklm.text.Tokenizer;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.function.IntConsumer;
import org.apache.flink.api.common.eventtime.NoWatermarksGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;

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
  private static final Duration UPDATES = Duration.ofMillis(100);

  private final Tokenizer tokenizer;
  private final int laneCount;
  private final Windows cut;
  private final Duration timeout;
  private transient AlignedPartitions partitions;
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
        .withWatermarkAlignment("lanes", Duration.ofMillis(AlignedLanes.DRIFT), UPDATES);
  }

  @Override
  public WatermarkGenerator<TextRecord> createWatermarkGenerator(Context context) {
    if (!started) {
      // A reader first makes an output for what is in no partition, which nothing is.
      started = true;
      return new NoWatermarksGenerator<>();
    }
    return partitions().add(context.getInputActivityClock());
  }

  private AlignedPartitions partitions() {
    if (partitions == null) {
      partitions = new AlignedPartitions(tokenizer, laneCount, cut, timeout);
    }
    return partitions;
  }

  /** How far the lanes of a partition have come, as a blob. */
  public byte[] progress(int partition) {
    return partitions().met().write(partition);
  }

  /**
   * The partitions that are too far ahead to be read, of those that go on. Flink hears how far they
   * are only when something has come of them, and pauses them a moment later: that much more would
   * wait after each restart.
   *
   * @param released is told of each when it is not too far ahead any more
   */
  public Set<Integer> holdBack(IntConsumer released) {
    return partitions().unread().holdBack(released);
  }

  /** Learns which partitions are not read for now, and which are read again. */
  public void pauseOrResume(Collection<Integer> pause, Collection<Integer> resume) {
    partitions().unread().pauseOrResume(pause, resume);
  }

  /** Goes on where the lanes of a partition were. */
  public void goOn(int partition, byte[] progress) {
    partitions().met().read(partition, progress);
  }
}
