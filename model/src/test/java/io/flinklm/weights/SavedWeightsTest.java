package io.flinklm.weights;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flinklm.engine.PyTorch;
import io.flinklm.net.LanguageModels;
import io.flinklm.saved.SavedModel;
import io.flinklm.train.WrittenModel;
import io.flinklm.weights.Safetensors.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedWeightsTest {
  @TempDir private Path directory;
  private final NDManager manager = PyTorch.newManager(Device.cpu());
  private WrittenModel written;

  @BeforeEach
  void write() throws IOException {
    written = WrittenModel.in(directory, manager);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void aFileCutAnywhereIsRefused() throws IOException {
    byte[] whole = written.safetensors();

    for (int length = 0; length < whole.length; length++) {
      written.overwrite(Arrays.copyOf(whole, length));
      assertThat(written.refusal()).as("cut to %d bytes", length).startsWith(refusal("it"));
    }
  }

  @Test
  void aFileThatGoesOnBehindItsEndIsRefused() throws IOException {
    byte[] whole = written.safetensors();
    written.overwrite(Arrays.copyOf(whole, whole.length + 1));

    assertThat(written.refusal()).contains("bytes of values, found");
  }

  @Test
  void aFlippedBitAnywhereIsRefused() throws IOException {
    byte[] whole = written.safetensors();

    for (int i : IntStream.range(0, whole.length).filter(i -> !isMetadata(whole, i)).toArray()) {
      byte[] damaged = whole.clone();
      damaged[i] ^= (byte) (1 << (i % Byte.SIZE));
      written.overwrite(damaged);
      assertThat(written.refusal()).as("bit of byte %d", i).startsWith(refusal(""));
    }
  }

  // Text that anybody may put there and that changes nothing of the weights.
  private static boolean isMetadata(byte[] file, int place) {
    String metadata = "{\"format\":\"pt\"}";
    int start = new String(file, ISO_8859_1).indexOf(metadata);
    assertThat(start).isPositive();
    return place >= start && place < start + metadata.length();
  }

  @Test
  void valuesOfAnotherSha256AreRefused() throws IOException {
    byte[] file = Safetensors.write(written.weights().parameters());
    file[file.length - 1] ^= 1;
    written.overwrite(file);

    String expected = written.weights().sha256();
    assertThat(written.refusal())
        .startsWith(refusal("expected values of the SHA-256 " + expected + ", found "));
  }

  @Test
  void aMissingParameterIsNamed() throws IOException {
    Map<String, NDArray> parameters = written.weights().parameters();
    parameters.remove("rnn.bias_hh_l0");
    written.overwrite(Safetensors.write(parameters));

    assertThat(written.refusal())
        .isEqualTo(refusal("expected rnn.bias_hh_l0 as F32 (16), found nothing"));
  }

  @Test
  void aParameterOfAnotherShapeIsNamed() throws IOException {
    replaceInHeader("\"shape\":[5,4]", "\"shape\":[4,5]");

    assertThat(written.refusal())
        .isEqualTo(refusal("expected i_h.weight as F32 (5, 4), found F32 (4, 5)"));
  }

  @Test
  void aParameterThatIsNotFloat32IsNamed() throws IOException {
    replaceInHeader("\"i_h.weight\":{\"dtype\":\"F32\"", "\"i_h.weight\":{\"dtype\":\"I32\"");

    assertThat(written.refusal())
        .isEqualTo(refusal("expected i_h.weight as F32 (5, 4), found I32 (5, 4)"));
  }

  @Test
  void aParameterThatTheModelHasNotIsNamed() throws IOException {
    Map<String, NDArray> parameters = written.weights().parameters();
    parameters.put("h_h.bias", manager.zeros(new Shape(4)));
    written.overwrite(Safetensors.write(parameters));

    assertThat(written.refusal()).isEqualTo(refusal("the model has no parameter h_h.bias"));
  }

  @Test
  void aFileThatDjlWroteIsReadToo() throws IOException {
    NDList values = new NDList();
    written
        .weights()
        .parameters()
        .forEach(
            (name, value) -> {
              value.setName(name);
              values.add(value);
            });
    written.overwrite(values.encode(NDList.Encoding.SAFETENSORS));

    SavedModel saved = SavedModel.read(directory, manager);

    assertThat(saved.parameters().keySet())
        .containsExactlyElementsOf(written.weights().parameters().keySet());
  }

  @Test
  void aTiedMatrixIsThereByBothNamesAndHeldOnce() throws IOException {
    Map<String, Tensor> tensors = Safetensors.read(written.safetensors());

    assertThat(tensors.get("h_o.weight")).isEqualTo(tensors.get("i_h.weight"));
    assertThat(SavedModel.read(directory, manager).parameters()).doesNotContainKey("h_o.weight");
  }

  @Test
  void aTiedMatrixIsReadByEitherNameToTheSameValues() throws IOException {
    Map<String, NDArray> parameters = written.weights().parameters();
    parameters.put("h_o.weight", parameters.remove("i_h.weight"));
    written.overwrite(Safetensors.write(parameters));

    // It has the SHA-256 that config.json expects.
    assertThat(SavedModel.read(directory, manager).parameters().keySet())
        .containsExactlyElementsOf(written.weights().parameters().keySet());
  }

  @Test
  void aTiedMatrixThatIsThereByNoNameIsMissedByItsOwn() throws IOException {
    Map<String, NDArray> parameters = written.weights().parameters();
    parameters.remove("i_h.weight");
    written.overwrite(Safetensors.write(parameters));

    assertThat(written.refusal())
        .isEqualTo(refusal("expected i_h.weight as F32 (5, 4), found nothing"));
  }

  @Test
  void aTiedMatrixOfAnotherShapeIsRefusedByTheNameThatItHas() throws IOException {
    Map<String, NDArray> parameters = written.weights().parameters();
    parameters.remove("i_h.weight");
    parameters.put("h_o.weight", manager.zeros(new Shape(4, 5)));
    written.overwrite(Safetensors.write(parameters));

    assertThat(written.refusal())
        .isEqualTo(refusal("expected h_o.weight as F32 (5, 4), found F32 (4, 5)"));
  }

  /** The file is of safetensors 0.8 and torch 1.13: each value is its place divided by the size. */
  @Test
  void whatSaveModelWroteIsRead() throws Exception {
    byte[] file =
        Files.readAllBytes(
            Path.of(getClass().getResource("/fixtures/save_model.safetensors").toURI()));

    SavedWeights saved = SavedWeights.of(file, LanguageModels.of(WrittenModel.NET));

    assertThat(saved.in(manager))
        .allSatisfy(
            (name, values) -> {
              int size = Math.toIntExact(values.size());
              for (int i = 0; i < size; i++) {
                assertThat(values.toFloatArray()[i]).as(name).isEqualTo((float) i / size);
              }
            })
        .containsKey("i_h.weight")
        .doesNotContainKey("h_o.weight");
  }

  @Test
  void aTiedMatrixThatIsNotTheSameIsRefused() throws IOException {
    Map<String, NDArray> parameters = written.weights().parameters();
    NDArray other = parameters.get("i_h.weight").duplicate();
    float[] values = other.toFloatArray();
    values[19] = Math.nextUp(values[19]);
    other.set(values);
    parameters.put("h_o.weight", other);
    written.overwrite(Safetensors.write(parameters));

    assertThat(written.refusal())
        .isEqualTo(refusal("h_o.weight is tied to i_h.weight and not the same"));
  }

  @Test
  void aFileFromBeforeAliasesWereSavedIsReadToo() throws IOException {
    written.overwrite(Safetensors.write(written.weights().parameters()));

    assertThat(SavedModel.read(directory, manager).parameters()).containsKey("i_h.weight");
  }

  private String refusal(String reason) {
    return directory.resolve(SavedModel.WEIGHTS)
        + " does not hold the weights of config.json: "
        + reason;
  }

  private void replaceInHeader(String from, String to) throws IOException {
    String file = new String(written.safetensors(), ISO_8859_1);
    assertThat(file).contains(from);
    written.overwrite(file.replace(from, to).getBytes(ISO_8859_1));
  }
}
