package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flinklm.engine.PyTorch;
import io.flinklm.engine.PyTorch.GradientMode;
import io.flinklm.engine.RandomStream;
import io.flinklm.engine.TorchScript;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrossEntropyTest {
  private static final int BATCH = 3;
  private static final int TIME = 5;

  /** The largest are computed row by row, and some rows at a time, with a rest. */
  @ParameterizedTest
  @ValueSource(ints = {7, 40_000, 200_000})
  void aLargeVocabularyIsComputedInPartsToTheSameBits(int vocabulary) {
    try (GradientMode mode = GradientMode.off();
        NDManager scope = PyTorch.newManager(Device.cpu())) {
      TorchScript script = StepFunctions.load(scope);
      NDArray logits = drawn(vocabulary, scope);
      NDArray targets = scope.arange(BATCH * TIME).mul(vocabulary / 16.0).floor();
      targets = targets.toType(DataType.INT64, false);
      NDList whole = CrossEntropy.meanWithGradient(logits, targets, script, scope);
      assertThat(whole.get(2).getShape()).isEqualTo(logits.getShape());

      NDArray timeFirst = logits.transpose(1, 0, 2).duplicate().transpose(1, 0, 2);
      NDList laidOtherwise = CrossEntropy.meanWithGradient(timeFirst, targets, script, scope);
      NDList scored = CrossEntropy.mean(logits, targets, script, scope);
      for (int i = 0; i < 3; i++) {
        assertThat(laidOtherwise.get(i).toFloatArray()).isEqualTo(whole.get(i).toFloatArray());
      }
      for (int i = 0; i < 2; i++) {
        assertThat(scored.get(i).toFloatArray()).isEqualTo(whole.get(i).toFloatArray());
      }

      List<Double> byRow = CrossEntropy.byRow(logits, targets);
      double mean = byRow.stream().mapToDouble(of -> of).average().orElseThrow();
      assertThat((double) whole.get(0).getFloat()).isCloseTo(mean, within(1e-5));
      NDArray expected =
          logits.softmax(2).sub(targets.oneHot(vocabulary).reshape(logits.getShape()));
      NDArray wrong = whole.get(2).mul(BATCH * TIME).sub(expected).abs().max();
      assertThat(wrong.getFloat()).isLessThan(1e-6f);
    }
  }

  private static NDArray drawn(int vocabulary, NDManager scope) {
    RandomStream random = new RandomStream(0, 0, "logits");
    float[] values = new float[BATCH * TIME * vocabulary];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (4 * random.nextDouble() - 2);
    }
    return scope.create(values, new Shape(BATCH, TIME, vocabulary));
  }
}
