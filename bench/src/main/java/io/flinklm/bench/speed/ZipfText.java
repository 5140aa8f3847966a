package io.flinklm.bench.speed;

import io.flinklm.engine.RandomStream;
import io.flinklm.text.TokenizedText;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.WordTokenizer;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A text without meaning whose words are as frequent as those of a language (Zipf 1935): the word
 * of rank r is drawn with a probability that is proportional to 1 / r, each word by itself. It is
 * the same text every time. What a step costs at a large vocabulary depends on no more of a text.
 */
public final class ZipfText implements TokenizedText {
  private static final int TOKENS = 1 << 18;

  private final Tokenizer tokenizer;
  private final int[] ids;

  private ZipfText(Tokenizer tokenizer, int[] ids) {
    this.tokenizer = tokenizer;
    this.ids = ids;
  }

  /** A text of a vocabulary of so many words, the most frequent first. */
  public static ZipfText of(int vocabulary) {
    double[] sums = new double[vocabulary];
    double sum = 0;
    for (int id = 0; id < vocabulary; id++) {
      sum += 1.0 / (id + 1);
      sums[id] = sum;
    }
    RandomStream random = new RandomStream(0, 0, "words of Zipf's law");
    int[] ids = new int[TOKENS];
    for (int i = 0; i < TOKENS; i++) {
      int found = Arrays.binarySearch(sums, random.nextDouble() * sum);
      ids[i] = Math.min(found < 0 ? -found - 1 : found, vocabulary - 1);
    }
    return new ZipfText(
        WordTokenizer.of(() -> IntStream.range(0, vocabulary).mapToObj(id -> "w" + id).iterator()),
        ids);
  }

  @Override
  public int size() {
    return ids.length;
  }

  @Override
  public int id(int index) {
    return ids[index];
  }

  @Override
  public Tokenizer tokenizer() {
    return tokenizer;
  }
}
