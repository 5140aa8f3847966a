package io.flinklm.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Text that is gone: it is said, or the first record behind it is known. */
class LostTextTest {
  private final LostText lost = new LostText("text", OnLostText.HOLE);

  @Test
  void itStopsTheTrainingOrNamesWhereItGoesOn() {
    LostText stops = new LostText("text", OnLostText.STOP);
    assertThatThrownBy(() -> stops.find(2, 5, new PartitionBounds(12, 20)))
        .isInstanceOf(LostTextException.class)
        .hasMessageStartingWith(
            "text is gone from Kafka before it was read: partition 2 of the topic text goes on at"
                + " offset 12, and 5 was to be read next; with --on-lost-text hole ");
    assertThatThrownBy(() -> stops.find(2, 25, new PartitionBounds(12, 20)))
        .hasMessageContaining("ends at offset 20, and 25 was to be read next");
    assertThat(lost.find(2, 5, new PartitionBounds(12, 20))).isEqualTo(12);
    assertThat(lost.find(2, 25, new PartitionBounds(12, 20))).isEqualTo(20);
  }

  @Test
  void theFirstRecordBehindItEndsIt() {
    lost.find(2, 5, new PartitionBounds(12, 20));
    assertThat(lost.endsAt(2, 4, 4)).as("it was on its way").isFalse();
    assertThat(lost.endsAt(1, 13, 5)).as("another partition").isFalse();
    assertThat(lost.endsAt(2, 13, 5)).isTrue();
    assertThat(lost.endsAt(2, 14, 14)).isFalse();
  }

  @Test
  void soDoesOneOfALogThatWasCutOff() {
    lost.find(2, 25, new PartitionBounds(0, 20));
    assertThat(lost.endsAt(2, 24, 24)).as("it was on its way").isFalse();
    assertThat(lost.endsAt(2, 21, 25)).isTrue();
    assertThat(lost.endsAt(2, 22, 22)).isFalse();
  }

  @Test
  void whatIsLostBeforeTheFirstRecordBehindItCameIsOneLoss() {
    lost.find(2, 5, new PartitionBounds(12, 20));
    lost.find(2, 12, new PartitionBounds(30, 40));
    assertThat(lost.endsAt(2, 30, 5)).isTrue();
    assertThat(lost.endsAt(2, 31, 31)).isFalse();
  }
}
