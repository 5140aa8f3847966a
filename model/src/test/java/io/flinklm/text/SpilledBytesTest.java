package io.flinklm.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpilledBytesTest {
  private static final int MOST = 1 << 15;

  @TempDir private Path folder;

  @Test
  void manyAreKeptInAFileThatNobodySees() throws Exception {
    for (int size : new int[] {0, 1, MOST - 1, MOST, MOST + 1, 5 * MOST, 5 * MOST + 4_000}) {
      Random random = new Random(size);
      byte[] expected = new byte[size];
      random.nextBytes(expected);
      SpilledBytes bytes = new SpilledBytes(folder, MOST);
      for (int from = 0; from < size; ) {
        int length = Math.min(size - from, 1 + random.nextInt(3 * MOST));
        bytes.add(expected, from, length);
        from += length;
      }
      assertThat(bytes.size()).isEqualTo(size);
      assertThat(bytes.get(0, size)).isEqualTo(expected);
      for (int i = 0; i < 10_000 && size > 0; i++) {
        int from = random.nextInt(size);
        int length = random.nextInt(Math.min(600, size - from) + 1);
        assertThat(bytes.get(from, length))
            .isEqualTo(Arrays.copyOfRange(expected, from, from + length));
      }
      assertThat(folder).isEmptyDirectory();
    }
  }

  @Test
  void idsOfALongTextAreTheSame() {
    TokenIds ids = new TokenIds(new SpilledBytes(folder, MOST));
    int[] expected = new Random(2).ints(40_000).toArray();
    Arrays.stream(expected).forEach(ids::add);
    assertThat(ids.size()).isEqualTo(40_000);
    assertThat(ids.toArray()).isEqualTo(expected);
  }
}
