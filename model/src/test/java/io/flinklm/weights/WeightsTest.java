package io.flinklm.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flinklm.Blob.RefusedException;
import io.flinklm.engine.PyTorch;
import io.flinklm.net.LanguageModel;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.NetConfig;
import io.flinklm.net.Parameter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WeightsTest {
  private static final LanguageModel MODEL = model("lmmodel7", 5, 4, 2);

  private final NDManager manager = PyTorch.newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void theFirstWeightsOfTheRecipeNeverChange() {
    assertThat(Weights.initial(model("lmmodel7", 30, 64, 2), 0, manager).sha256())
        .isEqualTo("601c930d9eac018f32a445bda8567296fbfedb1e879b4477297fbb58fee35646");
  }

  @Test
  void theFirstWeightsBelongToTheSeed() {
    String sha256 = Weights.initial(MODEL, 1, manager).sha256();

    assertThat(Weights.initial(MODEL, 1, manager).sha256()).isEqualTo(sha256);
    assertThat(Weights.initial(MODEL, 2, manager).sha256()).isNotEqualTo(sha256);
  }

  @Test
  void theyAreKeptInTheOrderOfTheModelAndWithoutAStep() {
    Weights weights = Weights.initial(MODEL, 1, manager);

    assertThat(weights.parameters().keySet())
        .containsExactlyElementsOf(MODEL.parameters().stream().map(Parameter::name).toList());
    assertThat(weights.step()).isZero();
    for (Weights.Trained t : weights.tensors()) {
      assertThat(t.mean().toFloatArray()).containsOnly(0);
      assertThat(t.variance().toFloatArray()).containsOnly(0);
    }
  }

  @Test
  void onTheirWayATiedMatrixIsThereOnce() {
    Weights weights = Weights.initial(MODEL, 1, manager);

    byte[] once = weights.toSafetensorsOnce();

    assertThat(Safetensors.read(once).keySet())
        .containsExactlyElementsOf(MODEL.parameters().stream().map(Parameter::name).toList());
    assertThat(SavedWeights.of(once, MODEL).sha256()).isEqualTo(weights.sha256());
  }

  @Test
  void oneBitOfOneWeightChangesTheirSha256() {
    Weights weights = Weights.initial(MODEL, 1, manager);
    String before = weights.sha256();
    NDArray bias = weights.parameters().get("h_o.bias");
    float[] values = bias.toFloatArray();
    values[4] = Math.nextUp(values[4]);

    bias.set(values);

    assertThat(weights.sha256()).isNotEqualTo(before);
  }

  @Test
  void comeBackFromBytesWithMomentsAndStep() throws IOException {
    Weights weights = Weights.initial(MODEL, 1, manager);
    float value = 0;
    for (Weights.Trained t : weights.tensors()) {
      t.mean().addi(value += 0.1f);
      t.variance().addi(value += 0.1f);
    }
    weights.stepDone();

    Weights read = Weights.read(stream(write(weights)), MODEL, manager);

    assertThat(read.step()).isEqualTo(1);
    assertThat(read.sha256()).isEqualTo(weights.sha256());
    for (int i = 0; i < weights.tensors().size(); i++) {
      Weights.Trained expected = weights.tensors().get(i);
      Weights.Trained found = read.tensors().get(i);
      assertThat(found.parameter()).isEqualTo(expected.parameter());
      assertThat(found.mean().toFloatArray()).isEqualTo(expected.mean().toFloatArray());
      assertThat(found.variance().toFloatArray()).isEqualTo(expected.variance().toFloatArray());
    }
  }

  @Test
  void thoseOfAnotherShapeAreRefused() throws IOException {
    byte[] bytes = write(Weights.initial(MODEL, 1, manager));

    assertThatThrownBy(() -> Weights.read(stream(bytes), model("lmmodel7", 6, 4, 2), manager))
        .isInstanceOf(RefusedException.class)
        .hasMessage("expected the parameter i_h.weight (6, 4), found i_h.weight (5, 4)");
  }

  @Test
  void thoseOfAnotherNumberOfLayersAreRefused() throws IOException {
    byte[] bytes = write(Weights.initial(MODEL, 1, manager));

    assertThatThrownBy(() -> Weights.read(stream(bytes), model("lmmodel7", 5, 4, 1), manager))
        .isInstanceOf(RefusedException.class)
        .hasMessage("the model has 6 parameters, the state holds 10");
  }

  @Test
  void cutBytesAreNotHalfRead() throws IOException {
    byte[] bytes = write(Weights.initial(MODEL, 1, manager));

    for (int length = 0; length < bytes.length; length += 7) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> Weights.read(stream(cut), MODEL, manager))
          .as("cut to %d of %d bytes", length, bytes.length)
          .isInstanceOfAny(EOFException.class, IllegalArgumentException.class);
    }
  }

  private static LanguageModel model(String name, int vocabulary, int hidden, int layers) {
    return LanguageModels.of(new NetConfig(name, vocabulary, hidden, layers, 0.4));
  }

  @Test
  void knowHowManyBytesTheyAre() throws IOException {
    Weights weights = Weights.initial(MODEL, 1, manager);

    assertThat(weights.bytes()).isEqualTo(write(weights).length);
  }

  private static byte[] write(Weights weights) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    weights.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static DataInputStream stream(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }
}
