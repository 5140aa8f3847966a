package io.flinklm.bench.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ZipfTextTest {

  @Test
  void aWordIsAsFrequentAsItsRankSays() throws Exception {
    ZipfText text = ZipfText.of(1_000);
    double harmonic = IntStream.rangeClosed(1, 1_000).mapToDouble(rank -> 1.0 / rank).sum();
    long[] counts = new long[1_000];
    for (int i = 0; i < text.size(); i++) {
      counts[text.id(i)]++;
    }
    for (int id : new int[] {0, 1, 9, 99}) {
      double expected = text.size() / harmonic / (id + 1);
      assertThat((double) counts[id]).isCloseTo(expected, within(0.1 * expected));
    }
    assertThat(counts).doesNotContain(0);
    assertThat(text.tokenizer().size()).isEqualTo(1_000);
    assertThat(text.tokenizer().ids(text.text(0, 500)))
        .containsExactly(IntStream.range(0, 500).map(text::id).toArray());
  }

  @Test
  void itIsTheSameEveryTime() {
    ZipfText text = ZipfText.of(50);
    ZipfText again = ZipfText.of(50);
    assertThat(IntStream.range(0, text.size()).map(again::id).toArray())
        .isEqualTo(IntStream.range(0, text.size()).map(text::id).toArray());
    assertThat(again.tokenizer().fingerprint()).isEqualTo(text.tokenizer().fingerprint());
  }
}
