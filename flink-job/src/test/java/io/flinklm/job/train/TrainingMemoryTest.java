package io.flinklm.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinklm.job.train.TrainingHeap.Work;
import io.flinklm.net.NetConfig;
import io.flinklm.train.StepCost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingMemoryTest {
  private static final long HEAP_OF_LAUNCHER = 256;
  private static final long GIBIBYTE = 1024;

  private static TrainingMemory of(
      Work work, String model, int vocabulary, int hidden, int lanes, int bptt) {
    int layers = model.equals("lmmodel4") ? 1 : 2;
    NetConfig net = new NetConfig(model, vocabulary, hidden, layers, 0);
    return new TrainingMemory(work, new StepCost(net, lanes, bptt, 1), true, HEAP_OF_LAUNCHER);
  }

  /** The most that a process of the launcher took, VmHWM in MiB: docs/decisions/0005. */
  @ParameterizedTest
  @CsvSource({
    "LOOP, lmmodel7, 30, 64, 64, 16, 519",
    "LOOP, lmmodel7, 30, 64, 64, 64, 584",
    "LOOP, lmmodel7, 30, 512, 64, 16, 826",
    "LOOP, lmmodel7, 30, 512, 64, 64, 930",
    "LOOP, lmmodel7, 30, 1024, 8, 16, 1214",
    "LOOP, lmmodel7, 30, 1024, 64, 16, 1275",
    "LOOP, lmmodel7, 30000, 64, 64, 16, 1132",
    "LOOP, lmmodel4, 30000, 64, 64, 16, 1289",
    "LOOP, lmmodel4, 30, 512, 64, 16, 500",
    "LOOP, gru, 30, 64, 64, 64, 521",
    "LOOP, gru, 30, 512, 64, 16, 751",
    "LOOP, awd-lstm, 30, 512, 64, 16, 783",
    "LOOP, awd-lstm, 30, 512, 64, 64, 1086",
    "STREAM, lmmodel7, 30, 64, 64, 16, 667",
    "STREAM, lmmodel7, 30, 512, 64, 16, 1357",
    "STREAM, lmmodel7, 30000, 64, 64, 16, 1490",
  })
  void itIsNearWhatWasMeasured(
      Work work, String model, int vocabulary, int hidden, int lanes, int bptt, double measured) {
    double estimated = of(work, model, vocabulary, hidden, lanes, bptt).mebibytes();

    assertThat(measured / estimated).isBetween(0.8, 1.35);
  }

  @Test
  void whatDoesNotFitIsToldWhatWould() {
    TrainingMemory huge = of(Work.STREAM, "lmmodel7", 30, 100_000, 64, 16);

    assertThat(huge.tooLittle(16 * GIBIBYTE))
        .hasValueSatisfying(
            mistake ->
                assertThat(mistake)
                    .startsWith("the model has 160,004,600,030 parameters and 30 words in its")
                    .contains("64 lanes of 16 tokens its training needs about ")
                    .contains("GiB of memory, and this machine has 16.0 GiB; --hidden 3125"));
    assertThat(of(Work.STREAM, "lmmodel7", 30, 3_125, 64, 16).tooLittle(16 * GIBIBYTE)).isEmpty();
    assertThat(of(Work.STREAM, "lmmodel7", 30, 6_250, 64, 16).tooLittle(16 * GIBIBYTE)).isPresent();
  }

  @Test
  void logitsCountToo() {
    assertThat(of(Work.LOOP, "lmmodel7", 500_000, 64, 64, 16).tooLittle(8 * GIBIBYTE))
        .hasValueSatisfying(
            mistake ->
                assertThat(mistake).endsWith("; --vocabulary-size 250000 or --lanes 32 would fit"));
    assertThat(of(Work.LOOP, "lmmodel7", 500_000, 64, 32, 16).tooLittle(8 * GIBIBYTE)).isEmpty();
  }

  @Test
  void replicasKeepLanesThatCanBeSharedOut() {
    StepCost one = of(Work.LOOP, "lmmodel7", 300_000, 64, 12, 64).cost();
    StepCost four = new StepCost(one.net(), 12, 64, 1, 4);
    TrainingMemory ofFour = new TrainingMemory(Work.LOOP, four, true, HEAP_OF_LAUNCHER);
    TrainingMemory ofOne = new TrainingMemory(Work.LOOP, one, true, HEAP_OF_LAUNCHER);

    long more = ofFour.mebibytes() - ofOne.mebibytes();
    assertThat(more << 20).isCloseTo((3 * 40 + 4 * 24) * one.parameters(), within(1L << 21));
    assertThat(ofOne.tooLittle(ofOne.mebibytes() - 1))
        .hasValueSatisfying(mistake -> assertThat(mistake).contains("--lanes 6 would fit"));
    assertThat(ofFour.tooLittle(ofFour.mebibytes() - 1))
        .hasValueSatisfying(mistake -> assertThat(mistake).doesNotContain("--lanes"));
  }

  @Test
  void theEnginesMemoryIsNotTheMachinesWhereAGpuComputes() {
    TrainingMemory here = of(Work.LOOP, "lmmodel7", 500_000, 64, 64, 16);
    TrainingMemory there = new TrainingMemory(Work.LOOP, here.cost(), false, HEAP_OF_LAUNCHER);

    assertThat(there.tooLittle(2 * GIBIBYTE)).isEmpty();
  }

  @Test
  void amountsAreReadable() {
    assertThat(TrainingMemory.inWords(1_023)).isEqualTo("1,023 MiB");
    assertThat(TrainingMemory.inWords(1_536)).isEqualTo("1.5 GiB");
  }
}
