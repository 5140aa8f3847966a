package io.flinklm.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.job.train.TrainingHeap.Work;
import io.flinklm.net.AwdDropout;
import io.flinklm.net.NetConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingHeapTest {
  private static final long OF_THE_LAUNCHER = 768 - 13;
  private static final String MORE = "give more";

  private static TrainingHeap of(Work work, int vocabulary, int hidden) {
    return TrainingHeap.of(work, new NetConfig("lmmodel7", vocabulary, hidden, 2, 0));
  }

  @Test
  void anEmbeddingOfAnotherWidthCounts() {
    NetConfig usual = new NetConfig("lmmodel6", 1_000, 64, 1, 0);
    NetConfig wider =
        new NetConfig("lmmodel6", 1_000, 64, 1, 0, 164, AwdDropout.usual("lmmodel6", 0));

    assertThat(TrainingHeap.of(Work.LOOP, wider).parameters())
        .isEqualTo(TrainingHeap.of(Work.LOOP, usual).parameters() + 100 * (1_000 + 4 * 64));
  }

  /** The largest heap in MiB in which it was seen to fail: docs/decisions/0005. */
  @ParameterizedTest
  @CsvSource({
    "STREAM, 30, 1024, 800",
    "STREAM, 200000, 64, 925",
    "LOOP, 30, 1024, 150",
    "LOOP, 200000, 64, 237",
    "START, 200000, 64, 260",
    "START_FROM_MODEL, 200000, 64, 725",
  })
  void whatWasSeenToFailIsRefused(Work work, int vocabulary, int hidden, long failed) {
    assertThat(of(work, vocabulary, hidden).tooLittle(failed, MORE)).isPresent();
  }

  /** The least heap in MiB in which it was seen to work: docs/decisions/0005. */
  @ParameterizedTest
  @CsvSource({
    "STREAM, 30, 256, 136",
    "STREAM, 30, 1024, 840",
    "STREAM, 45000, 64, 355",
    "STREAM, 200000, 64, 1000",
    "LOOP, 30, 1024, 160",
    "LOOP, 200000, 64, 250",
    "START, 200000, 64, 282",
    "START_FROM_MODEL, 200000, 64, 800",
  })
  void whatWasSeenToWorkIsLetThroughWithATenthMoreAndNotMuchMore(
      Work work, int vocabulary, int hidden, long worked) {
    TrainingHeap heap = of(work, vocabulary, hidden);
    long ample = worked * 3 / 2 + 50;

    assertThat(heap.needed()).isBetween(worked * 11 / 10, ample);
    assertThat(heap.tooLittle(ample, MORE)).isEmpty();
  }

  @Test
  void whatFailedInTheLaunchersHeapIsRefusedAndToldWhatItNeeds() {
    assertThat(of(Work.STREAM, 200_000, 64).tooLittle(OF_THE_LAUNCHER, MORE))
        .hasValueSatisfying(
            mistake ->
                assertThat(mistake)
                    .startsWith(
                        "the model has 13,066,560 parameters and 200,000 words in its vocabulary:"
                            + " its training needs a Java heap of ")
                    .endsWith(
                        " MiB, and this process has 755 MiB; choose a smaller --hidden or a"
                            + " vocabulary of fewer words, or give more"));
    assertThat(of(Work.STREAM, 30, 1_024).tooLittle(OF_THE_LAUNCHER, MORE)).isPresent();
  }

  @Test
  void itFitsAHeapOfWhatItNeeds() {
    TrainingHeap heap = of(Work.STREAM, 200_000, 64);

    assertThat(heap.tooLittle(heap.needed(), MORE)).isEmpty();
    assertThat(heap.tooLittle(heap.needed() - 1, MORE)).isPresent();
  }

  @Test
  void moreThanACheckpointHoldsIsRefusedWithAnyHeap() {
    assertThat(of(Work.STREAM, 30, 8_192).tooLittle(1_000_000, MORE))
        .hasValueSatisfying(
            mistake -> assertThat(mistake).contains("a checkpoint holds at most 178,869,"));
  }
}
