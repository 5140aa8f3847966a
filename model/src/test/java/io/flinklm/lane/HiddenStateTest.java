package io.flinklm.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class HiddenStateTest {
  private static final HiddenState LSTM =
      new HiddenState(List.of(new float[] {0.5f, -0f, 1e-42f}, new float[] {7, Float.NaN, -8}));

  @Test
  void comesBackFromBytesBitForBit() throws IOException {
    assertThat(read(write(LSTM))).isEqualTo(LSTM).hasSameHashCodeAs(LSTM);
  }

  @Test
  void aModelWithoutMemoryHasAStateToo() throws IOException {
    HiddenState nothing = new HiddenState(List.of());

    assertThat(read(write(nothing))).isEqualTo(nothing);
  }

  @Test
  void cutBytesAreNotRead() throws IOException {
    byte[] bytes = write(LSTM);

    assertThatThrownBy(() -> read(Arrays.copyOf(bytes, bytes.length - 1)))
        .isInstanceOf(EOFException.class);
  }

  @Test
  void isEqualByEveryBitOfEveryPart() {
    assertThat(new HiddenState(List.of(new float[] {0f})))
        .isEqualTo(new HiddenState(List.of(new float[] {0f})))
        .isNotEqualTo(new HiddenState(List.of(new float[] {-0f})))
        .isNotEqualTo(new HiddenState(List.of(new float[] {0f}, new float[] {0f})));
  }

  private static byte[] write(HiddenState state) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    state.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static HiddenState read(byte[] bytes) throws IOException {
    return HiddenState.read(new DataInputStream(new ByteArrayInputStream(bytes)));
  }
}
