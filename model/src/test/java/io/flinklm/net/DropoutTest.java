package io.flinklm.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.flinklm.engine.PyTorch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropoutTest {
  private static final Dropout.Place RNN = Dropout.Place.ofRows("rnn");

  private final NDManager manager = PyTorch.newManager(Device.cpu());

  // An odd number, since two decisions come from each draw.
  private final NDArray ones = manager.ones(new Shape(3, 333, 101));

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.4, 0.5, 0.9})
  void dropsItsShareAndScalesTheOthers(double probability) {
    float[] dropped = Dropout.of(0, 1).apply(ones, probability, RNN).toFloatArray();

    int zeros = 0;
    for (float value : dropped) {
      if (value == 0) {
        zeros++;
      } else {
        assertThat(value).isEqualTo((float) (1 / (1 - probability)));
      }
    }
    assertThat(zeros / (double) dropped.length).isCloseTo(probability, within(0.006));
  }

  @Test
  void keepsTheMeanAndTheShape() {
    NDArray dropped = Dropout.of(0, 1).apply(ones, 0.4, RNN);

    assertThat(dropped.getShape()).isEqualTo(ones.getShape());
    assertThat(dropped.mean().getFloat()).isCloseTo(1, within(0.01f));
  }

  @Test
  void scalesWhatIsThere() {
    NDArray activations = manager.arange(8f);
    float[] mask = Dropout.of(3, 1).apply(activations.onesLike(), 0.5, RNN).toFloatArray();
    float[] dropped = Dropout.of(3, 1).apply(activations, 0.5, RNN).toFloatArray();

    assertThat(mask).contains(0f, 2f);
    for (int i = 0; i < mask.length; i++) {
      assertThat(dropped[i]).isEqualTo(i * mask[i]);
    }
  }

  @Test
  void theSameSeedStepAndPlaceDropTheSame() {
    float[] first = Dropout.of(7, 12).apply(ones, 0.4, RNN).toFloatArray();
    Dropout.of(8, 13).apply(ones, 0.4, RNN);
    float[] again = Dropout.of(7, 12).apply(ones, 0.4, RNN).toFloatArray();

    assertThat(again).isEqualTo(first);
  }

  @Test
  void anotherSeedStepOrPlaceDropsOthers() {
    float[] first = Dropout.of(7, 12).apply(ones, 0.4, RNN).toFloatArray();

    assertThat(Dropout.of(8, 12).apply(ones, 0.4, RNN).toFloatArray()).isNotEqualTo(first);
    assertThat(Dropout.of(7, 13).apply(ones, 0.4, RNN).toFloatArray()).isNotEqualTo(first);
    assertThat(Dropout.of(7, 12).apply(ones, 0.4, Dropout.Place.ofRows("embedding")).toFloatArray())
        .isNotEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 4})
  void rowsAreDroppedAsInTheWholeBatch(int first) {
    // A row of 15: every second one begins inside a draw.
    NDArray rows = manager.ones(new Shape(5, 3, 5));
    NDArray all = Dropout.of(7, 12).apply(rows, 0.4, RNN);
    NDArray some = rows.get(new NDIndex("{}:", first));

    assertThat(Dropout.of(7, 12, first).apply(some, 0.4, RNN))
        .isEqualTo(all.get(new NDIndex("{}:", first)));
  }

  @Test
  void parametersAreDroppedAlikeForAllRows() {
    Dropout.Place weights = Dropout.Place.ofParameters("weights");

    assertThat(Dropout.of(7, 12, 3).apply(ones, 0.4, weights))
        .isEqualTo(Dropout.of(7, 12).apply(ones, 0.4, weights));
  }

  @Test
  void neighboursAreDroppedIndependently() {
    float[] dropped = Dropout.of(0, 1).apply(ones, 0.4, RNN).toFloatArray();

    int evenPairs = 0;
    int oddPairs = 0;
    for (int i = 0; i + 2 < dropped.length; i += 2) {
      evenPairs += dropped[i] == 0 && dropped[i + 1] == 0 ? 1 : 0;
      oddPairs += dropped[i + 1] == 0 && dropped[i + 2] == 0 ? 1 : 0;
    }
    assertThat(2.0 * evenPairs / dropped.length).isCloseTo(0.16, within(0.01));
    assertThat(2.0 * oddPairs / dropped.length).isCloseTo(0.16, within(0.01));
  }

  @Test
  void whatIsDroppedNeverChanges() {
    NDArray dropped = Dropout.of(0, 1).apply(manager.ones(new Shape(11)), 0.5, RNN);

    assertThat(dropped.toFloatArray()).containsExactly(2, 2, 0, 0, 0, 2, 0, 2, 2, 2, 2);
  }

  @Test
  void doesNotUseTheEnginesGenerator() {
    manager.getEngine().setRandomSeed(1);
    float[] first = manager.randomUniform(0, 1, new Shape(4)).toFloatArray();
    manager.getEngine().setRandomSeed(1);
    Dropout.of(7, 12).apply(ones, 0.4, RNN);

    assertThat(manager.randomUniform(0, 1, new Shape(4)).toFloatArray()).isEqualTo(first);
  }

  @Test
  void nothingIsDroppedWithProbabilityZeroOrOutsideTraining() {
    assertThat(Dropout.of(7, 12).apply(ones, 0, RNN)).isSameAs(ones);
    assertThat(Dropout.NONE.apply(ones, 0.4, RNN)).isSameAs(ones);
  }
}
