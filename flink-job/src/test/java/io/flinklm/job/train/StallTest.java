package io.flinklm.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.lane.BatchAssembler;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Segment;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.streaming.runtime.tasks.TestProcessingTimeService;
import org.apache.flink.util.clock.Clock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two lanes, of which one is silent while a clock is set. */
class StallTest {
  private final BatchAssembler assembler = new BatchAssembler(2);
  private final SetClock clock = new SetClock();
  private final Stall stall =
      new Stall(LaneGauges.waiting(assembler), Duration.ofSeconds(60), clock);
  private final Map<String, Gauge<?>> gauges = new HashMap<>();
  private Gauge<?> stalledSeconds;

  /** Flink's timers where somebody sets the time of the day. */
  private static final class SetClock implements ProcessingTimeService {
    private final TestProcessingTimeService steady = new TestProcessingTimeService();
    private long setAhead;

    @Override
    public Clock getClock() {
      return steady.getClock();
    }

    @Override
    public long getCurrentProcessingTime() {
      return steady.getCurrentProcessingTime() + setAhead;
    }

    @Override
    public ScheduledFuture<?> registerTimer(long timestamp, ProcessingTimeCallback target) {
      return steady.registerTimer(timestamp - setAhead, target);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(
        ProcessingTimeCallback callback, long delay, long period) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
        ProcessingTimeCallback callback, long delay, long period) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Void> quiesce() {
      throw new UnsupportedOperationException();
    }
  }

  @BeforeEach
  void register() throws Exception {
    clock.steady.setCurrentTime(1_000_000);
    stall.register(
        new UnregisteredMetricsGroup() {
          @Override
          public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
            gauges.put(name, gauge);
            return gauge;
          }
        });
    stalledSeconds = gauges.get("stalledSeconds");
  }

  @Test
  void whereNoTextWaitsThereIsNone() throws Exception {
    pass(600);
    assertThat(stalledSeconds.getValue()).isEqualTo(0L);
    add(0, 0);
    assertThat(stalledSeconds.getValue()).as("it has only come").isEqualTo(0L);
  }

  @Test
  void itLastsFromWhenTextWaitsUntilABatchIsMade() throws Exception {
    add(0, 0);
    pass(59);
    add(0, 1);
    assertThat(stalledSeconds.getValue()).isEqualTo(0L);
    assertThat(gauges.get("awaited").getValue()).isEqualTo("");
    pass(11);
    assertThat(stalledSeconds.getValue()).isEqualTo(70L);
    assertThat(gauges.get("awaited").getValue()).isEqualTo("text of lane 1");
    add(1, 0);
    assertThat(stalledSeconds.getValue()).isEqualTo(0L);
    pass(59);
    assertThat(stalledSeconds.getValue()).as("a chunk still waits").isEqualTo(0L);
    pass(1);
    assertThat(stalledSeconds.getValue()).isEqualTo(60L);
  }

  @Test
  void behindTheLastBatchNothingWaits() throws Exception {
    add(0, 0);
    add(1, 0);
    pass(600);
    add(0, 1);
    pass(59);
    assertThat(stalledSeconds.getValue()).isEqualTo(0L);
  }

  @ParameterizedTest
  @ValueSource(ints = {-24, 24})
  void aClockThatIsSetMakesNone(int hours) throws Exception {
    add(0, 0);
    pass(30);
    clock.setAhead = Duration.ofHours(hours).toMillis();
    add(0, 1);
    assertThat(stalledSeconds.getValue()).isEqualTo(0L);
    pass(29);
    assertThat(stalledSeconds.getValue()).isEqualTo(0L);
    pass(1);
    assertThat(stalledSeconds.getValue()).isEqualTo(60L);
  }

  @Test
  void theEndOfTheInputEndsIt() throws Exception {
    add(0, 0);
    pass(60);
    stall.end();
    pass(60);
    assertThat(stalledSeconds.getValue()).isEqualTo(0L);
  }

  private void add(int lane, int index) {
    assembler.add(new Chunk(lane, Segment.FIRST, index, index == 0, new int[] {1, 2}));
    stall.textCame();
    while (assembler.next().isPresent()) {
      stall.batchMade();
    }
  }

  private void pass(long seconds) throws Exception {
    for (long second = 0; second < seconds; second++) {
      clock.steady.advance(1_000);
    }
  }
}
