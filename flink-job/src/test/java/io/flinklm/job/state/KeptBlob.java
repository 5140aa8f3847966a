package io.flinklm.job.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.flinklm.Blob.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * A blob of state as it was written when its format version was the newest: a file of the test
 * resources, named by kind, version and content.
 */
public final class KeptBlob {
  private static final int HEADER = 16;

  private final String name;
  private final byte[] bytes;

  private KeptBlob(String name, byte[] bytes) {
    this.name = name;
    this.bytes = bytes;
  }

  /** Takes a blob in, as an operator does. */
  @FunctionalInterface
  public interface Reader {
    void read(byte[] blob) throws Exception;
  }

  public static KeptBlob of(String name) throws IOException {
    try (InputStream in = KeptBlob.class.getResourceAsStream("/fixtures/" + name)) {
      return new KeptBlob(name, in.readAllBytes());
    }
  }

  public byte[] bytes() {
    return bytes;
  }

  /** Requires that the code of today writes the same content as these bytes. */
  public void requireUnchanged(byte[] today) throws IOException {
    Path file = Files.write(Path.of("target", name), today);
    assertThat(today)
        .as("give the format a new version and keep %s as its file in the test resources", file)
        .isEqualTo(bytes);
  }

  /** Requires that it is refused when it is cut anywhere, and when a bit is another. */
  public void requireRefusedIfDamaged(Reader reader) {
    String kind = name.substring(0, 4).toUpperCase(Locale.ROOT);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThat(catchThrowable(() -> reader.read(cut)))
          .isInstanceOf(RefusedException.class)
          .hasMessage(
              length < HEADER
                  ? kind + ": " + length + " bytes are too few for a header of 16"
                  : "%s: %d bytes were written, %d are here"
                      .formatted(kind, bytes.length - HEADER, length - HEADER));
    }
    for (int bit = 0; bit < bytes.length * Byte.SIZE; bit++) {
      byte[] flipped = bytes.clone();
      flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      assertThat(catchThrowable(() -> reader.read(flipped)))
          .as("bit %d of %d flipped", bit, bytes.length * Byte.SIZE)
          .isInstanceOf(RefusedException.class)
          .message()
          .matches(
              "expected state of kind "
                  + kind
                  + ", found kind .*|"
                  + kind
                  + ": (.* bytes were written, .* are here|the checksum does not match; .*)");
    }
  }
}
