package io.flinklm.weights;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flinklm.Blob.RefusedException;
import io.flinklm.engine.PyTorch;
import io.flinklm.weights.Safetensors.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {

  @Test
  void tensorsComeBackByNameInTheirOrder() {
    try (NDManager manager = PyTorch.newManager(Device.cpu())) {
      Map<String, Tensor> read = Safetensors.read(Safetensors.write(tensors(manager)));

      assertThat(read.keySet()).containsExactly("b", "a.\"x\"");
      assertThat(read.get("b").type()).isEqualTo("F32");
      assertThat(read.get("b").shape()).isEqualTo(new Shape(2, 3));
      assertThat(read.get("a.\"x\"").shape()).isEqualTo(new Shape(1));
      assertThat(read.get("a.\"x\"").values().order(ByteOrder.LITTLE_ENDIAN).getFloat())
          .isEqualTo(0.1f);
    }
  }

  @Test
  void djlReadsWhatIsWritten() {
    try (NDManager manager = PyTorch.newManager(Device.cpu())) {
      NDList read = NDList.decode(manager, Safetensors.write(tensors(manager)));

      assertThat(read.get("b").toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(read.get("a.\"x\"").toFloatArray()).containsExactly(0.1f);
    }
  }

  @Test
  void valuesBeginAtAMultipleOfEightBytes() {
    try (NDManager manager = PyTorch.newManager(Device.cpu())) {
      byte[] file = Safetensors.write(tensors(manager));

      assertThat((file.length - 7 * Float.BYTES) % Long.BYTES).isZero();
    }
  }

  @Test
  void metadataAndWhatIsNotFloat32AreNotInTheWay() {
    Map<String, Tensor> read =
        Safetensors.read(
            file(
                """
                {"b": {"dtype": "I64", "shape": [1], "data_offsets": [4, 12]},
                 "__metadata__": {"format": "pt"},
                 "a": {"dtype": "F32", "shape": [], "data_offsets": [0, 4]}}
                """,
                12));

    assertThat(read.keySet()).containsExactly("b", "a");
    assertThat(read.get("a").shape()).isEqualTo(new Shape());
    assertThat(read.get("b").values().remaining()).isEqualTo(8);
  }

  @Test
  void aFileSaysThatItIsForPyTorch() {
    try (NDManager manager = PyTorch.newManager(Device.cpu())) {
      String file = new String(Safetensors.write(tensors(manager)), ISO_8859_1);

      assertThat(file.substring(Long.BYTES)).startsWith("{\"__metadata__\":{\"format\":\"pt\"},");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "[]", "\"pt\"", "{\"format\": 1}", "{\"format\": null}"})
  void metadataThatAreNotTextByNameAreRefused(String metadata) {
    assertThatThrownBy(() -> Safetensors.read(file("{\"__metadata__\": " + metadata + "}", 0)))
        .isInstanceOf(RefusedException.class)
        .hasMessage("its header has metadata that are not text by name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[4, 12]",
        "[-4, 4]",
        "[0, 4]",
        "[8, 0]",
        "[0]",
        "[0, 8, 8]",
        "[0, 9223372036854775807]",
        "[0, 92233720368547758080]",
        "[0.0, 8]",
        "[\"0\", 8]",
        "null",
        "{}"
      })
  void aPlaceThatCannotBeIsRefused(String place) {
    byte[] file =
        file("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":" + place + "}}", 8);

    assertThatThrownBy(() -> Safetensors.read(file)).isInstanceOf(RefusedException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[1]", "[-1, -2]", "[-2]", "[0]", "[4294967296, 4294967296, 2]", "[2.5]", "2"})
  void aShapeThatCannotBeIsRefused(String shape) {
    byte[] file =
        file("{\"a\":{\"dtype\":\"F32\",\"shape\":" + shape + ",\"data_offsets\":[0,8]}}", 8);

    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOf(RefusedException.class)
        .hasMessage("its header does not say what 'a' is and where");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "{} x", "{\"a\":{}}", "{\"a\":null}", "{\"a\""})
  void aHeaderThatSaysNothingIsRefused(String header) {
    assertThatThrownBy(() -> Safetensors.read(file(header, 0)))
        .isInstanceOf(RefusedException.class)
        .hasMessageStartingWith("its header ");
  }

  @Test
  void aNameThatStandsThereTwiceIsRefused() {
    String tensor = "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";

    assertThatThrownBy(() -> Safetensors.read(file("{" + tensor + "," + tensor + "}", 8)))
        .isInstanceOf(RefusedException.class)
        .hasMessage("its header is not a JSON object");
  }

  private static Map<String, NDArray> tensors(NDManager manager) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    tensors.put("b", manager.create(new float[] {1, 2, 3, 4, 5, 6}, new Shape(2, 3)));
    tensors.put("a.\"x\"", manager.create(new float[] {0.1f}));
    return tensors;
  }

  private static byte[] file(String header, int values) {
    byte[] json = header.getBytes(UTF_8);
    ByteBuffer file = ByteBuffer.allocate(Long.BYTES + json.length + values);
    return file.order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json).array();
  }
}
