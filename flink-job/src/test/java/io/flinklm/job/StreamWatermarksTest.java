package io.flinklm.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.job.kafka.UnreadText;
import io.flinklm.job.record.TextRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.util.clock.ManualClock;
import org.junit.jupiter.api.Test;

/** Partition 3 of streams, whose clock is told what it shows. */
class StreamWatermarksTest {
  private static final Duration OUT_OF_ORDERNESS = Duration.ofMillis(100);
  private static final Duration IDLE_AFTER = Duration.ofSeconds(5);
  private static final String IDLE = "idle";

  private final UnreadText unread = new UnreadText();
  private final List<String> told = new ArrayList<>();
  private final WatermarkOutput output =
      new WatermarkOutput() {
        @Override
        public void emitWatermark(Watermark watermark) {
          told.add(Long.toString(watermark.getTimestamp()));
        }

        @Override
        public void markIdle() {
          told.add(IDLE);
        }

        @Override
        public void markActive() {
          told.add("active");
        }
      };
  private final ManualClock clock = new ManualClock();
  private long seconds;
  private final StreamWatermarks watermarks = of(IDLE_AFTER);

  private StreamWatermarks of(Duration idleAfter) {
    return new StreamWatermarks(OUT_OF_ORDERNESS, idleAfter, clock, unread);
  }

  private void came(StreamWatermarks of, long time) {
    of.onEvent(new TextRecord(null, null, List.of(), "text", 3, 0, time), time, output);
  }

  private String toldAt(StreamWatermarks of, long second) {
    clock.advanceTime(Duration.ofSeconds(second - seconds));
    seconds = second;
    told.clear();
    of.onPeriodicEmit(output);
    assertThat(told).hasSize(1);
    return told.get(0);
  }

  @Test
  void eventTimeStaysBehindTheLatestRecord() {
    came(watermarks, 1_000);
    came(watermarks, 800);

    assertThat(toldAt(watermarks, 1)).isEqualTo("899");
  }

  @Test
  void recordsMoveItWithoutTheClock() {
    for (int record = 1; record <= 40; record++) {
      came(watermarks, 1_000 + record);
    }

    assertThat(told).containsExactly("915", "931");
  }

  @Test
  void aPartitionIsIdleWhenNothingComesAndNothingIsThere() {
    came(watermarks, 1_000);

    assertThat(toldAt(watermarks, 5)).isEqualTo("899");
    assertThat(toldAt(watermarks, 6)).isEqualTo(IDLE);
  }

  @Test
  void oneThatWaitsForItsTurnIsNotIdleAndNotAtOnceBehindIt() {
    came(watermarks, 1_000);
    unread.know(Set.of(0, 3));
    assertThat(toldAt(watermarks, 60)).isEqualTo("899");

    unread.know(Set.of(0));
    assertThat(toldAt(watermarks, 65)).isEqualTo("899");
    assertThat(toldAt(watermarks, 66)).isEqualTo(IDLE);

    unread.know(Set.of(3));
    assertThat(toldAt(watermarks, 67)).isEqualTo("899");
  }

  @Test
  void whereTextHasAnEndNoneIsIdle() {
    StreamWatermarks bounded = of(null);
    came(bounded, 1_000);

    assertThat(toldAt(bounded, 1_000_000)).isEqualTo("899");
  }
}
