package io.flinklm.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

class ParameterTest {
  private static final int FAN_IN = 64;
  private static final Parameter MATRIX =
      Parameter.uniform("rnn.weight_ih_l0", new Shape(256, FAN_IN), FAN_IN, true);
  private static final Parameter EMBEDDING = Parameter.embedding("i_h.weight", 300, 64);

  @Test
  void aMatrixStartsUniformWithinItsBound() {
    float[] values = MATRIX.initialValues(0);
    float bound = 1 / 8f;

    assertThat(values).hasSize(256 * FAN_IN);
    double sum = 0;
    double squares = 0;
    float largest = 0;
    for (float value : values) {
      sum += value;
      squares += value * (double) value;
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(largest).isBetween(0.99f * bound, bound);
    assertThat(sum / values.length).isCloseTo(0, within(0.02 * bound));
    assertThat(squares / values.length).isCloseTo(bound * bound / 3, within(0.02 * bound * bound));
  }

  @Test
  void anEmbeddingStartsNormal() {
    float[] values = EMBEDDING.initialValues(0);

    double sum = 0;
    double squares = 0;
    for (float value : values) {
      sum += value;
      squares += value * (double) value;
    }
    assertThat(sum / values.length).isCloseTo(0, within(0.03));
    assertThat(squares / values.length).isCloseTo(1, within(0.04));
  }

  @Test
  void firstValuesBelongToSeedAndName() {
    float[] values = MATRIX.initialValues(5);
    Parameter other = Parameter.uniform("rnn.weight_hh_l0", MATRIX.shape(), FAN_IN, true);

    assertThat(MATRIX.initialValues(5)).isEqualTo(values);
    assertThat(MATRIX.initialValues(6)).isNotEqualTo(values);
    assertThat(other.initialValues(5)).isNotEqualTo(values);
  }

  @Test
  void firstValuesDoNotDependOnTheShapeBehindThem() {
    float[] larger = Parameter.embedding("i_h.weight", 301, 64).initialValues(0);

    assertThat(larger).startsWith(EMBEDDING.initialValues(0));
  }
}
