package io.flinklm.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.net.NetConfig;
import org.junit.jupiter.api.Test;

class TrainingHeapTest {
  private static final long OF_THE_LAUNCHER = 768 - 13;
  private static final String MORE = "give more";

  private static TrainingHeap of(int vocabulary, int hidden) {
    return TrainingHeap.of(new NetConfig("lmmodel7", vocabulary, hidden, 2, 0));
  }

  @Test
  void aWideModelOfTheNumbersFitsTheLaunchersHeap() {
    assertThat(of(30, 1_024).parameters()).isEqualTo(16_824_350);
    assertThat(of(30, 1_024).tooLittle(OF_THE_LAUNCHER, MORE)).isEmpty();
  }

  @Test
  void oneOfAMillionWordsDoesNotAndIsToldWhatItNeeds() {
    assertThat(of(1_000_000, 64).tooLittle(OF_THE_LAUNCHER, MORE))
        .hasValueSatisfying(
            mistake ->
                assertThat(mistake)
                    .startsWith(
                        "the model has 65,066,560 parameters and 1,000,000 words in its vocabulary:"
                            + " its training needs a Java heap of ")
                    .endsWith(
                        " MiB, and this process has 755 MiB; choose a smaller --hidden or a"
                            + " vocabulary of fewer words, or give more"));
  }

  @Test
  void itFitsAHeapOfWhatItNeeds() {
    TrainingHeap heap = of(200_000, 64);

    assertThat(heap.tooLittle(heap.needed(), MORE)).isEmpty();
    assertThat(heap.tooLittle(heap.needed() - 1, MORE)).isPresent();
  }

  @Test
  void moreThanACheckpointHoldsIsRefusedWithAnyHeap() {
    assertThat(of(30, 8_192).tooLittle(1_000_000, MORE))
        .hasValueSatisfying(
            mistake -> assertThat(mistake).contains("a checkpoint holds at most 178,869,"));
  }
}
