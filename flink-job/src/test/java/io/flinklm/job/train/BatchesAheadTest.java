package io.flinklm.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.lane.Segment;
import io.flinklm.replica.Round;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchesAheadTest {

  @ParameterizedTest
  @CsvSource({"1, 64", "16, 64", "17, 68", "100, 400"})
  void asManyAsFourRoundsMayBeMadeBeforeTheSlowestReplicaIsPastThem(int round, int most) {
    BatchesAhead ahead = new BatchesAhead(round);
    ahead.made(0);
    ahead.made(most);
    assertThat(ahead.pause()).isZero();
    ahead.made(most + 1);
    assertThat(ahead.pause()).isEqualTo(6);
    ahead.made(most + 20);
    assertThat(ahead.pause()).isEqualTo(25);
    ahead.made(1_000_000);
    assertThat(ahead.pause()).isEqualTo(1_000);

    ahead.made(most + 1);
    ahead.told(BatchesAhead.past(new Round(Segment.FIRST, 1), round));
    assertThat(ahead.count()).isEqualTo(most + 1 - round);
    assertThat(ahead.pause()).isZero();
    ahead.told(BatchesAhead.past(Round.END, round));
    assertThat(ahead.count()).isZero();
  }

  @Test
  void aBarrierWaitsForNobody() {
    BatchesAhead ahead = new BatchesAhead(1);
    ahead.made(0);
    ahead.made(1_000);
    ahead.told(BatchesAhead.BARRIER);
    assertThat(ahead.pause()).isZero();
    assertThat(ahead.count()).isEqualTo(1_000);

    ahead.barrierCame();
    assertThat(ahead.pause()).isPositive();
  }

  @Test
  void afterARestartNothingIsAheadBeforeItIsToldHowFarReplicasAre() {
    BatchesAhead ahead = new BatchesAhead(1);
    ahead.made(10_000);
    assertThat(ahead.count()).isZero();
    ahead.told(9_990);
    assertThat(ahead.count()).isEqualTo(10);
  }
}
