package io.flinklm.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenIdsTest {
  private static final int MOST = 2 * 4096;

  @TempDir private Path folder;

  @Test
  void manyAreKeptInAFileThatNobodySees() throws Exception {
    for (int size : new int[] {0, 1, MOST - 1, MOST, MOST + 1, 5 * MOST, 5 * MOST + 4_000}) {
      TokenIds ids = new TokenIds(folder, MOST);
      int[] expected = new Random(size).ints(size).toArray();
      for (int id : expected) {
        ids.add(id);
      }
      assertThat(ids.size()).isEqualTo(size);
      assertThat(ids.toArray()).isEqualTo(expected);
      Random random = new Random(1);
      for (int i = 0; i < size; i++) {
        int index = random.nextInt(size);
        assertThat(ids.id(index)).isEqualTo(expected[index]);
      }
      assertThat(folder).isEmptyDirectory();
    }
  }
}
