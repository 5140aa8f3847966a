package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.lane.Split;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainerTest {
  private static final SmallRun RUN = SmallRun.of(0);

  @Test
  void theSmallRunIsAwkward() {
    assertThat(RUN.batches()).extracting(batch -> batch.chunks().size()).contains(1, 2, 3, 4);
    assertThat(RUN.batches())
        .as("some lanes start fresh where others go on")
        .anyMatch(
            batch ->
                batch.chunks().stream().anyMatch(chunk -> chunk.fresh())
                    && batch.chunks().stream().anyMatch(chunk -> !chunk.fresh()));
  }

  @Test
  void theSameRunGivesTheSameBits() throws IOException {
    SmallRun.Outcome outcome = RUN.outcome();

    assertThat(RUN.outcome()).isEqualTo(outcome);
    assertThat(end(SmallRun.of(1).outcome()).weightsSha256())
        .isNotEqualTo(end(outcome).weightsSha256());
  }

  @Test
  void everyBatchAndEverySegmentIsReportedAndTheEnd() throws IOException {
    List<String> kinds = new ArrayList<>();
    for (Report report : RUN.outcome().reports()) {
      kinds.add(report.getClass().getSimpleName() + " " + report.epoch() + " " + report.split());
    }

    List<String> expected = new ArrayList<>();
    int[] batches = {6, 3, 4, 2};
    for (int s = 0; s < batches.length; s++) {
      String segment = s / 2 + (s % 2 == 0 ? " train" : " valid");
      for (int i = 0; i < batches[s]; i++) {
        expected.add("Step " + segment);
      }
      expected.add("SegmentEnd " + segment);
    }
    expected.add("RunEnd 1 valid");
    assertThat(kinds).isEqualTo(expected);
  }

  @Test
  void everyTokenIsCountedOnce() throws IOException {
    Report end = end(RUN.outcome());

    long trained = tokens(Split.TRAIN);
    long scored = tokens(Split.VALID);
    assertThat(end.tokensTrained()).isEqualTo(trained);
    assertThat(end.tokensScored()).isEqualTo(scored);
    assertThat(end.tokensRefused())
        .containsOnly(Map.entry("tail", 1L + 5 + 9 + 13), Map.entry("unknown_token", 4L));
  }

  @Test
  void scoringChangesNoWeightAndCountsNoStep() {
    int valid = 6;
    assertThat(RUN.batches().get(valid).segment().split()).isEqualTo(Split.VALID);
    try (Trainer trainer = RUN.trainer(report -> {})) {
      RUN.feed(trainer, 0, valid);
      String before = trainer.weights().sha256();

      RUN.feed(trainer, valid, valid + 1);

      assertThat(trainer.weights().sha256()).isEqualTo(before);
      assertThat(trainer.weights().step()).isEqualTo(valid);
    }
  }

  @Test
  void startsFromTheWeightsOfAnotherTraining() {
    String sha256;
    byte[] safetensors;
    try (Trainer first = RUN.trainer(report -> {})) {
      RUN.feed(first, 0, 4);
      sha256 = first.weights().sha256();
      safetensors = first.weights().toSafetensors();
    }

    try (Trainer second = Trainer.startingFrom(RUN.training(report -> {}), safetensors, sha256)) {
      assertThat(second.weights().sha256()).isEqualTo(sha256);
      assertThat(second.weights().step()).isZero();
      RUN.feed(second, 0, 1);
      assertThat(second.weights().step()).isEqualTo(1);
      assertThat(second.weights().sha256()).isNotEqualTo(sha256);
    }
  }

  private static Report.RunEnd end(SmallRun.Outcome outcome) {
    return (Report.RunEnd) outcome.reports().get(outcome.reports().size() - 1);
  }

  private static long tokens(Split split) {
    return RUN.batches().stream()
        .filter(batch -> batch.segment().split() == split)
        .flatMap(batch -> batch.chunks().stream())
        .mapToLong(chunk -> chunk.length() + (chunk.fresh() ? 1 : 0))
        .sum();
  }
}
