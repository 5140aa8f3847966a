package io.flinklm.job;

import io.flinklm.job.record.TextRecord;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.BoundedOutOfOrdernessWatermarks;
import org.apache.flink.api.common.eventtime.WatermarkOutput;

/**
 * Watermarks that stay a bounded time behind the records, and that go on with them: not by the
 * clock alone. Many records come within one tick of it, and what a watermark lets go is trained at
 * once; meanwhile nothing is taken, and then text is waited for.
 */
final class RecordWatermarks extends BoundedOutOfOrdernessWatermarks<TextRecord> {
  private static final int RECORDS = 16;

  private int records;

  /** Those that stay so far behind the latest record. */
  RecordWatermarks(Duration outOfOrderness) {
    super(outOfOrderness);
  }

  @Override
  public void onEvent(TextRecord record, long time, WatermarkOutput output) {
    super.onEvent(record, time, output);
    records++;
    if (records == RECORDS) {
      records = 0;
      onPeriodicEmit(output);
    }
  }
}
