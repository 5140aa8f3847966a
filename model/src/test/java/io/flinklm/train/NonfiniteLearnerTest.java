package io.flinklm.train;

import static io.flinklm.train.OverflowingRun.batch;
import static io.flinklm.train.OverflowingRun.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flinklm.engine.PyTorch;
import io.flinklm.lane.HiddenState;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.net.LanguageModel;
import io.flinklm.net.LanguageModels;
import io.flinklm.weights.Weights;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A step that gives NaN or infinity leaves no trace in the learner. */
class NonfiniteLearnerTest {
  private static final Segment TRAIN = Segment.FIRST;

  private final NDManager manager = PyTorch.newManager(Device.cpu());
  private final Learner learner = learner();

  @BeforeEach
  void learnAStep() {
    assertThat(learner.train(batch(TRAIN, 0)).isFinite()).isTrue();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @ValueSource(floats = {OverflowingRun.LOSS_OVERFLOWS, OverflowingRun.GRADIENTS_OVERFLOW})
  void itIsNotTaken(float size) throws Exception {
    OverflowingRun.enlarge(learner.weights(), size);
    byte[] weights = bytes(learner.weights());
    Map<Integer, HiddenState> states = learner.hiddenStates();

    assertThat(learner.train(batch(TRAIN, 1, 0, 2)).isFinite()).isFalse();

    assertThat(bytes(learner.weights())).isEqualTo(weights);
    assertThat(learner.weights().step()).isEqualTo(1);
    assertThat(learner.hiddenStates()).isEqualTo(states);
  }

  @Test
  void whereItHadNotBeenTheLearnerGoesOnTheSame() throws Exception {
    OverflowingRun.enlarge(learner.weights(), OverflowingRun.LOSS_OVERFLOWS);
    Learner other = learner();
    other.train(batch(TRAIN, 0));
    OverflowingRun.enlarge(other.weights(), OverflowingRun.LOSS_OVERFLOWS);

    learner.train(batch(TRAIN, 1, 1));

    assertThat(learner.train(batch(TRAIN, 2))).isEqualTo(other.train(batch(TRAIN, 2)));
    assertThat(bytes(learner.weights())).isEqualTo(bytes(other.weights()));
    assertThat(learner.hiddenStates()).isEqualTo(other.hiddenStates());
  }

  @Test
  void theLanesThatGaveItAreKnownByTheirLosses() {
    OverflowingRun.enlarge(learner.weights(), OverflowingRun.LOSS_OVERFLOWS);

    BatchResult result = learner.train(batch(TRAIN, 1, 0, 2));

    assertThat(result.loss()).isNotFinite();
    assertThat(result.laneLosses()).hasSize(3);
    assertThat(result.laneLosses().get(0)).isNotFinite();
    assertThat(result.laneLosses().get(1)).isFinite();
    assertThat(result.laneLosses().get(2)).isNotFinite();
  }

  @Test
  void gradientsWhoseSquaresOverflowAreOfNoLane() {
    OverflowingRun.enlarge(learner.weights(), OverflowingRun.GRADIENTS_OVERFLOW);

    BatchResult result = learner.train(batch(TRAIN, 1, 0));

    assertThat(result.loss()).isFinite();
    assertThat(result.gradientNorm()).isInfinite();
    double mean = result.laneLosses().stream().mapToDouble(Double::doubleValue).average().orElse(0);
    assertThat(mean / result.crossEntropy()).isBetween(0.9999, 1.0001);
  }

  @Test
  void aScoredLaneThatOverflowsGoesOnFromZeroAndTheOthersAsTheyAre() {
    OverflowingRun.enlarge(learner.weights(), OverflowingRun.LOSS_OVERFLOWS);
    Segment valid = new Segment(0, Split.VALID);

    assertThat(learner.score(batch(valid, 1, 1)).isFinite()).isFalse();

    assertThat(learner.hiddenStates()).containsOnlyKeys(0, 2);
    assertThat(learner.hiddenStates().values()).allMatch(HiddenState::isFinite);
    assertThat(learner.score(batch(valid, 2)).isFinite()).isTrue();
    assertThat(learner.hiddenStates()).containsOnlyKeys(0, 1, 2);
  }

  @Test
  void lanesThatAreNamedGoOnFromZeroBehindABatchThatIsPassed() {
    HiddenState before = learner.hiddenStates().get(1);

    learner.pass(batch(TRAIN, 1), List.of(0, 2));

    assertThat(learner.hiddenStates()).containsOnlyKeys(1);
    assertThat(learner.hiddenStates().get(1)).isNotEqualTo(before);
    assertThat(learner.weights().step()).isEqualTo(1);
  }

  @Test
  void aStateThatWasPoisonedBeforeDoesNotStay() {
    HiddenState finite = learner.hiddenStates().get(0);
    float[] poisoned = finite.parts().get(0).clone();
    poisoned[3] = Float.NaN;
    Learner restored = learner();
    restored.restoreHiddenStates(Map.of(0, finite, 1, new HiddenState(List.of(poisoned))));

    assertThat(restored.train(batch(TRAIN, 1)).laneLosses().get(1)).isNaN();
    restored.score(batch(TRAIN, 1));

    assertThat(restored.hiddenStates()).containsOnlyKeys(0, 2);
    assertThat(restored.train(batch(TRAIN, 2)).isFinite()).isTrue();
  }

  private Learner learner() {
    TrainingConfig config = OverflowingRun.config(OnNonfinite.STOP);
    LanguageModel model = LanguageModels.of(config.net());
    return new Learner(config, model, Weights.initial(model, config.seed(), manager), manager);
  }
}
