package io.flinklm.job.lane;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.job.record.TextRecord;
import io.flinklm.job.state.KeptBlob;
import io.flinklm.lane.Windows;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.WordTokenizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.NoWatermarksGenerator;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.clock.ManualClock;
import org.apache.flink.util.clock.RelativeClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three lanes, three partitions. */
class LaneAlignmentTest {
  private static final long IDLE = -1;
  private static final long DRIFT = AlignedLanes.DRIFT;
  private static final int LANES = 3;
  private static final int BPTT = 16;

  @Test
  void aPartitionIsWhereItsSlowestLaneIs() {
    Reader reader = new Reader(Optional.empty());
    reader.read(0, "0", 300);
    reader.read(0, "1", 100);
    reader.read(1, "2", 200);

    assertThat(reader.watermarks()).startsWith(100L, 200L);
    reader.read(0, "1", 150);
    assertThat(reader.watermarks()).startsWith(250L, 200L);
  }

  @Test
  void anEmptyPartitionHoldsTheOthersBackWhileItMayBeThatOfASilentLane() {
    Reader reader = new Reader(Optional.empty());
    assertThat(reader.watermarks()).containsExactly(DRIFT, DRIFT, DRIFT);
    reader.read(0, "0", 100);
    reader.read(1, "1", 100);

    assertThat(reader.watermarks()).containsExactly(100L, 100L, DRIFT);
    reader.read(1, "2", 100);
    assertThat(reader.watermarks()).containsExactly(100L, 100L, IDLE);
  }

  @Test
  void itDoesNotWhereSilentLanesMustShareAPartitionWithOthers() {
    Reader reader = new Reader(Optional.empty());
    reader.read(0, "0", 100);
    reader.read(0, "1", 100);
    reader.read(0, "x", 100);
    assertThat(reader.watermarks()).containsExactly(100L, DRIFT, DRIFT);

    Reader narrow = new Reader(2, Optional.empty());
    narrow.read(0, "0", 100);
    assertThat(narrow.watermarks()).containsExactly(100L, IDLE);
  }

  @Test
  void aSilentPartitionStaysWhereItIs() {
    Reader reader = new Reader(Optional.empty());
    reader.read(0, "0", 100);
    reader.read(1, "1", 7);
    reader.read(2, "2", 100);
    reader.clock.advanceTime(10, TimeUnit.DAYS);
    reader.read(0, "0", 1_000);
    reader.read(2, "2", 1_000);

    assertThat(reader.watermarks()).containsExactly(1_100L, 7L, 1_100L);
  }

  @Test
  void withATimeoutItIsNotWaitedForUntilItHasCaughtUp() {
    Reader reader = new Reader(Optional.of(Duration.ofSeconds(30)));
    reader.read(0, "0", 100);
    reader.read(1, "1", 7);
    reader.clock.advanceTime(29, TimeUnit.SECONDS);
    reader.read(0, "0", 3 * (int) DRIFT);
    reader.read(2, "2", 3 * (int) DRIFT);
    assertThat(reader.watermarks()).containsExactly(100 + 3 * DRIFT, 7L, 3 * DRIFT);
    reader.clock.advanceTime(1, TimeUnit.SECONDS);
    assertThat(reader.watermarks()).containsExactly(100 + 3 * DRIFT, IDLE, 3 * DRIFT);

    reader.read(1, "1", (int) DRIFT);
    assertThat(reader.watermarks()).as("it is late").element(1).isEqualTo(IDLE);
    reader.read(1, "1", (int) DRIFT);
    assertThat(reader.watermarks()).as("it is not far away").element(1).isEqualTo(7 + 2 * DRIFT);
  }

  @Test
  void withATimeoutALaneDoesNotHoldItsPartitionBack() {
    Reader reader = new Reader(Optional.of(Duration.ofSeconds(30)));
    reader.read(0, "0", 100);
    reader.read(0, "1", 7);
    reader.clock.advanceTime(30, TimeUnit.SECONDS);
    reader.read(0, "0", 100);

    assertThat(reader.watermarks()).containsExactly(200L, IDLE, IDLE);
  }

  @Test
  void aLaneThatGoesOnInAnotherPartitionIsOnlyThere() {
    Reader reader = new Reader(Optional.empty());
    reader.read(0, "0", 100);
    reader.read(0, "1", 7);
    reader.read(1, "2", 100);
    reader.read(2, "1", 100);

    assertThat(reader.watermarks()).containsExactly(100L, 100L, 107L);
    reader.read(2, "0", 50);
    assertThat(reader.watermarks()).containsExactly(IDLE, 100L, 107L);
  }

  @Test
  void aPartitionIsNotIdleWhileItIsPaused() {
    Reader reader = new Reader(Optional.empty());
    reader.read(0, "0", 3 * (int) DRIFT);
    reader.read(1, "1", 100);
    reader.read(1, "2", 100);
    reader.alignment.pauseOrResume(List.of(0), List.of());
    reader.read(2, "0", 100);

    assertThat(reader.watermarks()).as("it says nothing").element(0).isEqualTo(Long.MIN_VALUE);
    reader.alignment.pauseOrResume(List.of(), List.of(0));
    assertThat(reader.watermarks()).element(0).isEqualTo(IDLE);
  }

  @Test
  void norIsOneThatHasNotSpokenWhileItMayBePaused() {
    Reader reader = new Reader(2, Optional.empty());
    reader.read(0, "0", 100);
    assertThat(reader.watermarks()).containsExactly(100L, IDLE);
    reader.alignment.pauseOrResume(List.of(1), List.of());

    assertThat(reader.watermarks()).containsExactly(100L, Long.MIN_VALUE);
    reader.alignment.pauseOrResume(List.of(0), List.of(1));
    assertThat(reader.watermarks()).containsExactly(100L, IDLE);
  }

  @Test
  void afterARestartItGoesOnWhereItWas() {
    Reader before = new Reader(Optional.empty());
    before.read(0, "0", 5_000);
    before.read(1, "1", 7);
    before.read(2, "2", 3_000);
    Reader reader = restarted(before, Optional.empty());

    assertThat(reader.watermarks())
        .as("nobody says which is which, so all are where the last one is")
        .containsExactly(7L, 7L, 7L);
    reader.read(0, "0", 100);
    assertThat(reader.watermarks()).containsExactly(5_100L, 7L, 7L);
    reader.read(1, "1", 100);
    assertThat(reader.watermarks()).containsExactly(5_100L, 107L, 3_000L);
    reader.read(2, "2", 1);
    assertThat(reader.watermarks()).containsExactly(5_100L, 107L, 3_001L);
  }

  @Test
  void afterARestartAPartitionThatIsTooFarAheadIsHeldUntilTheLastLaneIsNear() {
    Reader before = new Reader(Optional.of(Duration.ofSeconds(30)));
    before.read(0, "0", 3 * (int) DRIFT);
    before.read(1, "1", 7);
    before.read(2, "2", (int) DRIFT);
    for (boolean comes : new boolean[] {true, false}) {
      List<Integer> released = new ArrayList<>();
      Reader reader = restarted(before, Optional.of(Duration.ofSeconds(30)));
      assertThat(reader.alignment.holdBack(released::add)).containsExactly(0);
      reader.read(1, "1", (int) DRIFT);
      reader.read(2, "2", 2 * (int) DRIFT);
      reader.watermarks();
      assertThat(released).isEmpty();
      if (comes) {
        reader.read(1, "1", (int) DRIFT);
      } else {
        reader.clock.advanceTime(30, TimeUnit.SECONDS);
        reader.read(2, "2", 1);
      }
      reader.watermarks();
      assertThat(released).as("it is released once").containsExactly(0);
    }
  }

  @Test
  void afterARestartALaneSharesItsPartitionAsBefore() {
    Reader before = new Reader(Optional.empty());
    before.read(0, "0", 5_000);
    before.read(0, "1", 7);
    before.read(2, "2", 3_000);
    Reader reader = restarted(before, Optional.empty());
    reader.read(0, "0", 100);
    reader.read(2, "2", 100);

    assertThat(reader.watermarks()).containsExactly(7L, IDLE, 3_100L);
  }

  @Test
  void afterARestartALaneThatNeverSpokeIsStillExpected() {
    Reader before = new Reader(Optional.empty());
    before.read(0, "0", 50_000);
    before.read(1, "1", 40_000);
    Reader reader = restarted(before, Optional.empty());
    reader.read(0, "0", 1);
    reader.read(1, "1", 1);

    assertThat(reader.watermarks()).containsExactly(50_001L, 40_001L, DRIFT);
  }

  @Test
  void afterARestartASilentLaneIsNotWaitedForLongerThanItsTimeout() {
    Reader before = new Reader(Optional.of(Duration.ofSeconds(30)));
    before.read(0, "0", 50_000);
    before.read(1, "1", 7);
    before.read(2, "2", 50_000);
    Reader reader = restarted(before, Optional.of(Duration.ofSeconds(30)));
    reader.read(0, "0", 1);
    reader.read(2, "2", 1);
    assertThat(reader.watermarks()).containsExactly(50_001L, 7L, 50_001L);
    reader.clock.advanceTime(30, TimeUnit.SECONDS);
    reader.read(0, "0", 1);
    reader.read(2, "2", 1);
    assertThat(reader.watermarks()).containsExactly(50_002L, IDLE, 50_002L);

    Reader again = restarted(reader, Optional.of(Duration.ofSeconds(30)));
    again.read(1, "1", 100);
    assertThat(again.watermarks()).as("it is left out until it has caught up").contains(IDLE);
  }

  @Test
  void aLaneWhoseTextIsRefusedIsNotAhead() {
    Reader reader = new Reader(Optional.empty());
    reader.read(0, "0", 100);
    reader.read(1, "1", 100);
    reader.read(2, "2", 100);
    reader.read(2, "2", "z ".repeat(500_000));
    assertThat(reader.watermarks()).containsExactly(100L, 100L, 100L);

    Reader again = restarted(reader, Optional.empty());
    again.read(0, "0", 1);
    again.read(1, "1", 1);
    again.read(2, "2", 2 * BPTT + 1);
    assertThat(again.watermarks()).as("too little for a chunk").containsExactly(101L, 101L, 100L);
    again.read(2, "2", 1);
    assertThat(again.watermarks()).containsExactly(101L, 101L, 500_100L + 2 * (BPTT + 1));
  }

  @Test
  void aChangedFormatHasANewVersion() throws Exception {
    KeptBlob.of("prog-3.blob").requireUnchanged(kept().alignment.progress(0));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void eachVersionGoesOn(int version) throws Exception {
    LaneAlignment alignment = alignment(Duration.ofSeconds(30));
    alignment.goOn(0, KeptBlob.of("prog-" + version + ".blob").bytes());
    Reader reader = new Reader(alignment, 1);
    reader.read(0, "0", 1);

    assertThat(reader.watermarks()).as("lane 1 is left out").containsExactly(20_001L);
  }

  @Test
  void whatIsDamagedIsRefused() throws Exception {
    KeptBlob.of("prog-3.blob").requireRefusedIfDamaged(blob -> alignment(null).goOn(0, blob));
  }

  /** Lane 0 is at 20,000, lane 1 was at 7 when it was left out; both are of partition 0. */
  private static Reader kept() {
    Reader reader = new Reader(Optional.of(Duration.ofSeconds(30)));
    reader.read(0, "1", 7);
    reader.clock.advanceTime(30, TimeUnit.SECONDS);
    reader.read(0, "0", 20_000);
    reader.watermarks();
    return reader;
  }

  private static LaneAlignment alignment(Duration timeout) {
    Tokenizer tokenizer = WordTokenizer.of(List.of("a"));
    return new LaneAlignment(tokenizer, LANES, new Windows(BPTT, true), timeout);
  }

  private static Reader restarted(Reader before, Optional<Duration> timeout) {
    LaneAlignment alignment = alignment(timeout.orElse(null));
    for (int partition = 0; partition < LANES; partition++) {
      alignment.goOn(partition, before.alignment.progress(partition));
    }
    return new Reader(alignment, LANES);
  }

  /** The generators that Flink makes for a reader: one for no partition, then one for each. */
  private static final class Reader {
    private final LaneAlignment alignment;
    private final ManualClock clock = new ManualClock();
    private final List<WatermarkGenerator<TextRecord>> partitions = new ArrayList<>();

    Reader(Optional<Duration> timeout) {
      this(LANES, timeout);
    }

    Reader(int count, Optional<Duration> timeout) {
      this(alignment(timeout.orElse(null)), count);
    }

    Reader(LaneAlignment alignment, int count) {
      this.alignment = alignment;
      var strategy = alignment.watermarks();
      assertThat(strategy.getAlignmentParameters().isEnabled()).isTrue();
      Context context = new Context(clock);
      assertThat(strategy.createWatermarkGenerator(context))
          .isInstanceOf(NoWatermarksGenerator.class);
      for (int partition = 0; partition < count; partition++) {
        partitions.add(strategy.createWatermarkGenerator(context));
      }
    }

    void read(int partition, String lane, int tokens) {
      read(partition, lane, "a ".repeat(tokens));
    }

    void read(int partition, String lane, String text) {
      byte[] value = text.getBytes(UTF_8);
      TextRecord record =
          new TextRecord(lane.getBytes(UTF_8), value, null, null, null, "text", partition, 0);
      partitions.get(partition).onEvent(record, 0, new Output());
    }

    List<Long> watermarks() {
      // The second time shows what all partitions have learned in the first.
      partitions.forEach(partition -> partition.onPeriodicEmit(new Output()));
      List<Long> watermarks = new ArrayList<>();
      for (WatermarkGenerator<TextRecord> partition : partitions) {
        Output output = new Output();
        partition.onPeriodicEmit(output);
        watermarks.add(output.last);
      }
      return watermarks;
    }
  }

  private record Context(ManualClock clock) implements WatermarkGeneratorSupplier.Context {
    @Override
    public MetricGroup getMetricGroup() {
      return new UnregisteredMetricsGroup();
    }

    @Override
    public RelativeClock getInputActivityClock() {
      return new RelativeClock() {
        @Override
        public long relativeTimeMillis() {
          return clock.relativeTimeMillis();
        }

        @Override
        public long relativeTimeNanos() {
          return clock.relativeTimeNanos();
        }
      };
    }
  }

  private static final class Output implements WatermarkOutput {
    private long last = Long.MIN_VALUE;

    @Override
    public void emitWatermark(Watermark watermark) {
      last = watermark.getTimestamp();
    }

    @Override
    public void markIdle() {
      last = IDLE;
    }

    @Override
    public void markActive() {
      throw new AssertionError("a watermark says that");
    }
  }
}
