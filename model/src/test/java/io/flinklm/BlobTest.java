package io.flinklm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.Blob.RefusedException;
import java.io.DataInputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BlobTest {
  private static final byte[] BLOB =
      Blob.write(
          "TEST",
          2,
          out -> {
            out.writeUTF("content");
            out.writeLong(42);
          });

  @Test
  void aFlippedVersionIsDamage() {
    byte[] blob = Blob.write("TEST", 3, out -> out.writeInt(1));
    blob[7] ^= 2;
    assertThatThrownBy(() -> Blob.read("TEST", 3, blob, (in, version) -> in.readInt()))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void contentThatEndsTooEarlyIsRefused() {
    byte[] blob = Blob.write("TEST", 1, out -> out.writeInt(1));
    assertThatThrownBy(() -> Blob.read("TEST", 1, blob, (in, version) -> in.readLong()))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void comesBackAsItWasWrittenWithItsVersion() {
    String read =
        Blob.read(
            "TEST", 3, BLOB, (in, version) -> in.readUTF() + " " + in.readLong() + " v" + version);

    assertThat(read).isEqualTo("content 42 v2");
  }

  @Test
  void anEmptyContentIsAContent() {
    byte[] empty = Blob.write("NONE", 1, out -> {});

    assertThat(Blob.<String>read("NONE", 1, empty, (in, version) -> "read")).isEqualTo("read");
  }

  @Test
  void theHeaderSaysKindVersionAndLength() {
    assertThat(Arrays.copyOf(BLOB, 12))
        .containsExactly('T', 'E', 'S', 'T', 0, 0, 0, 2, 0, 0, 0, BLOB.length - 16);
  }

  @Test
  void anotherKindIsRefused() {
    assertThatThrownBy(() -> Blob.read("ELSE", 2, BLOB, BlobTest::neverRead))
        .isInstanceOf(RefusedException.class)
        .hasMessage("expected state of kind ELSE, found kind TEST");
  }

  @Test
  void aKindThatIsNotOfLettersIsNamedByItsBytes() {
    byte[] zeros = new byte[BLOB.length];

    assertThatThrownBy(() -> Blob.read("TEST", 2, zeros, BlobTest::neverRead))
        .isInstanceOf(RefusedException.class)
        .hasMessage("expected state of kind TEST, found kind 0x00000000");
  }

  @Test
  void aNewerVersionIsRefused() {
    assertThatThrownBy(() -> Blob.read("TEST", 1, BLOB, BlobTest::neverRead))
        .isInstanceOf(RefusedException.class)
        .hasMessage("TEST: format version 2 is unknown; this build reads 1 to 1");
  }

  @Test
  void versionZeroIsRefused() {
    byte[] zero = Blob.write("TEST", 0, out -> {});

    assertThatThrownBy(() -> Blob.read("TEST", 1, zero, BlobTest::neverRead))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("format version 0 is unknown");
  }

  @Test
  void everyCutIsRefused() {
    for (int length = 0; length < BLOB.length; length++) {
      byte[] cut = Arrays.copyOf(BLOB, length);
      assertThatThrownBy(() -> Blob.read("TEST", 2, cut, BlobTest::neverRead))
          .as("cut to %d bytes", length)
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining(length < 16 ? "too few for a header" : "bytes were written");
    }
  }

  @Test
  void bytesBehindTheEndAreRefused() {
    byte[] longer = Arrays.copyOf(BLOB, BLOB.length + 1);

    assertThatThrownBy(() -> Blob.read("TEST", 2, longer, BlobTest::neverRead))
        .isInstanceOf(RefusedException.class)
        .hasMessage("TEST: 17 bytes were written, 18 are here");
  }

  @Test
  void everyFlippedBitIsRefused() {
    for (int bit = 0; bit < BLOB.length * Byte.SIZE; bit++) {
      byte[] flipped = BLOB.clone();
      flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      assertThatThrownBy(() -> Blob.read("TEST", 2, flipped, BlobTest::neverRead))
          .as("bit %d flipped", bit)
          .isInstanceOf(RefusedException.class);
    }
  }

  @Test
  void aFlippedBitOfTheContentIsCalledDamage() {
    byte[] flipped = BLOB.clone();
    flipped[BLOB.length - 1] ^= 1;

    assertThatThrownBy(() -> Blob.read("TEST", 2, flipped, BlobTest::neverRead))
        .isInstanceOf(RefusedException.class)
        .hasMessage("TEST: the checksum does not match; the bytes are damaged");
  }

  @Test
  void contentThatIsLeftOverIsRefused() {
    assertThatThrownBy(() -> Blob.read("TEST", 2, BLOB, (in, version) -> in.readUTF()))
        .isInstanceOf(RefusedException.class)
        .hasMessage("TEST: 8 bytes are left over");
  }

  @Test
  void aKindHasFourLetters() {
    assertThatThrownBy(() -> Blob.write("LONGER", 1, out -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a kind has four letters: LONGER");
  }

  private static String neverRead(DataInputStream in, int version) {
    throw new AssertionError("the content was read");
  }
}
