package io.flinklm.job;

import io.flinklm.job.kafka.UnreadText;
import io.flinklm.job.record.TextRecord;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.BoundedOutOfOrdernessWatermarks;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.util.clock.RelativeClock;

/**
 * Event time of a partition of streams: it stays a bounded time behind the records. A partition is
 * idle, and holds nobody back, when nothing has come of it for a while and nothing more is known to
 * be there. One that has given a record, and now only waits for its turn, is not.
 */
final class StreamWatermarks extends BoundedOutOfOrdernessWatermarks<TextRecord> {
  /**
   * Records behind which it goes on, if the clock has not told it to before. What a watermark lets
   * go is trained at once, and meanwhile nothing is taken: of leaps the training would wait for
   * text behind each.
   */
  private static final int RECORDS = 16;

  private static final int NONE = -1;

  private final Duration idleAfter;
  private final RelativeClock clock;
  private final UnreadText unread;
  private int partition = NONE;
  private int records;
  private long active;

  /**
   * Before the first record of a partition.
   *
   * @param outOfOrderness how far it stays behind
   * @param idleAfter how long nothing comes of a partition that is idle; null where none ever is
   * @param clock that stands still while records cannot be handed on
   * @param unread which partitions have more
   */
  StreamWatermarks(
      Duration outOfOrderness, Duration idleAfter, RelativeClock clock, UnreadText unread) {
    super(outOfOrderness);
    this.idleAfter = idleAfter;
    this.clock = clock;
    this.unread = unread;
    this.active = clock.relativeTimeNanos();
  }

  @Override
  public void onEvent(TextRecord record, long time, WatermarkOutput output) {
    super.onEvent(record, time, output);
    partition = record.partition();
    active = clock.relativeTimeNanos();
    records++;
    if (records == RECORDS) {
      records = 0;
      super.onPeriodicEmit(output);
    }
  }

  @Override
  public void onPeriodicEmit(WatermarkOutput output) {
    long now = clock.relativeTimeNanos();
    if (unread.isOf(partition)) {
      active = now;
    }
    if (idleAfter != null && now - active > idleAfter.toNanos()) {
      output.markIdle();
    } else {
      super.onPeriodicEmit(output);
    }
  }
}
