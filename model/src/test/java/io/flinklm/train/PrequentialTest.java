package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flinklm.engine.PyTorch;
import io.flinklm.lane.Batch;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.net.LanguageModel;
import io.flinklm.net.LanguageModels;
import io.flinklm.weights.Weights;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A batch is scored before it is trained on, and nothing of the training notices. */
class PrequentialTest {
  private static final SmallRun RUN = SmallRun.of(0);

  // Steps of the first epoch.
  private static final long FIRST_EPOCH = 6;

  @Test
  void theFirstStepIsDueAndOneOfEachFiftyAfterThem() {
    List<Long> due = due(0, Segment.FIRST);

    assertThat(due.get(0)).isEqualTo(1);
    assertThat(due)
        .extracting(step -> (step - 1) / Prequential.EVERY)
        .containsExactlyElementsOf(LongStream.range(0, 20).boxed().toList());
  }

  @Test
  void theyAreNotAlwaysTheSameWindowsOfATextWithAPeriod() {
    for (int period : new int[] {10, 25, 50, 100}) {
      assertThat(due(0, Segment.FIRST))
          .extracting(step -> step % period)
          .as("a period of %d steps", period)
          .satisfies(places -> assertThat(Set.copyOf(places)).hasSizeGreaterThan(5));
    }
    assertThat(due(0, Segment.FIRST))
        .isEqualTo(due(0, Segment.FIRST))
        .isNotEqualTo(due(1, Segment.FIRST));
  }

  @Test
  void textThatComesAgainIsNeverDue() {
    assertThat(due(0, new Segment(1, Split.TRAIN))).isEmpty();
  }

  private static List<Long> due(long seed, Segment segment) {
    return LongStream.rangeClosed(1, 1000)
        .filter(step -> Prequential.isDue(seed, segment, step))
        .boxed()
        .toList();
  }

  @Test
  void testingMovesNeitherWeightsNorHiddenStates() {
    try (NDManager manager = PyTorch.newManager(Device.cpu())) {
      Learner plain = learner(manager);
      Learner testing = learner(manager);
      for (Batch batch : RUN.batches()) {
        testing.test(batch);
        testing.test(batch);

        assertThat(take(testing, batch)).isEqualTo(take(plain, batch));
        assertThat(testing.weights().sha256()).isEqualTo(plain.weights().sha256());
        assertThat(testing.hiddenStates()).isEqualTo(plain.hiddenStates());
      }
    }
  }

  @Test
  void testingGivesWhatScoringGives() {
    try (NDManager manager = PyTorch.newManager(Device.cpu())) {
      Learner learner = learner(manager);
      for (Batch batch : RUN.batches()) {
        BatchResult tested = learner.test(batch);
        BatchResult taken = take(learner, batch);
        if (batch.segment().split() == Split.VALID) {
          assertThat(tested).isEqualTo(taken);
        } else {
          assertThat(tested.crossEntropy())
              .as("without dropout")
              .isNotEqualTo(taken.crossEntropy());
        }
      }
    }
  }

  @Test
  void aRunReportsWhatItsFirstBatchGaveBeforeItWasTrainedOnUntilTextComesAgain()
      throws IOException {
    BatchResult first;
    try (NDManager manager = PyTorch.newManager(Device.cpu())) {
      first = learner(manager).test(RUN.batches().get(0));
    }
    List<Report> reports = RUN.outcome().reports();

    assertThat(reports)
        .filteredOn(report -> report.epoch() > 0 && report.step() > FIRST_EPOCH)
        .isNotEmpty()
        .allSatisfy(
            report -> {
              assertThat(report.numbers().prequentialLoss()).isNaN();
              assertThat(report.numbers().prequentialAccuracy()).isNaN();
            });
    assertThat(reports)
        .filteredOn(report -> report.step() <= FIRST_EPOCH)
        .isNotEmpty()
        .allSatisfy(
            report -> {
              assertThat(report.numbers().prequentialLoss()).isEqualTo(first.crossEntropy());
              assertThat(report.numbers().prequentialAccuracy())
                  .isEqualTo(first.correct() / (double) first.targets());
            });
  }

  private static BatchResult take(Learner learner, Batch batch) {
    return batch.segment().split() == Split.TRAIN ? learner.train(batch) : learner.score(batch);
  }

  private static Learner learner(NDManager manager) {
    TrainingConfig config = RUN.config();
    LanguageModel model = LanguageModels.of(config.net(), config.cell());
    return new Learner(config, model, Weights.initial(model, config.seed(), manager), manager);
  }
}
