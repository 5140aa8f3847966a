package io.flinklm.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.lane.BatchAssembler;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Segment;
import java.time.Duration;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.streaming.runtime.tasks.TestProcessingTimeService;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two lanes, of which one is silent while a clock is set. */
class StallTest {
  private final BatchAssembler assembler = new BatchAssembler(2);
  private final TestProcessingTimeService clock = new TestProcessingTimeService();
  private final Stall stall = new Stall(assembler, Duration.ofSeconds(60), clock);
  private Gauge<?> stalledSeconds;

  @BeforeEach
  void register() throws Exception {
    clock.setCurrentTime(1_000_000);
    stall.register(
        new UnregisteredMetricsGroup() {
          @Override
          public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
            assertThat(name).isEqualTo("stalledSeconds");
            stalledSeconds = gauge;
            return gauge;
          }
        });
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
    pass(11);
    assertThat(stalledSeconds.getValue()).isEqualTo(70L);
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
      clock.advance(1_000);
    }
  }
}
