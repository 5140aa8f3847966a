package io.flinklm.bench.predictions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Percentiles of times. */
class LatenciesTest {
  @Test
  void aPercentileIsATimeThatWasTaken() {
    Latencies hundred =
        new Latencies(IntStream.rangeClosed(1, 100).mapToObj(i -> (double) (101 - i)).toList());
    assertThat(hundred.percentile(50)).isEqualTo(50);
    assertThat(hundred.percentile(99)).isEqualTo(99);
    assertThat(hundred.longest()).isEqualTo(100);
    Latencies both = Latencies.ofAll(Stream.of(hundred, new Latencies(List.of(7.0))));
    assertThat(both.percentile(99)).isEqualTo(99);
    assertThat(new Latencies(List.of(3.0, 1.0, 2.0)).percentile(50)).isEqualTo(2);
    assertThat(new Latencies(List.of(4.0)).percentile(1)).isEqualTo(4);
  }

  @Test
  void withoutTimesThereIsNone() {
    assertThat(new Latencies(List.of()).percentile(50)).isNaN();
    assertThat(new Latencies(List.of()).longest()).isNaN();
  }
}
