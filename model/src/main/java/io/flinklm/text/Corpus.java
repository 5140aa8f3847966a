package io.flinklm.text;

import io.flinklm.Quotation;
import io.flinklm.UserMistake;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;
import java.util.function.Consumer;

/**
 * A text as its tokens. A token takes four bytes here: it is held as its id in the corpus's own
 * vocabulary, so that a file of 100 MB fits a small heap.
 */
public final class Corpus {
  private final String name;
  private final Vocabulary vocabulary;
  private final int[] ids;

  private Corpus(String name, Vocabulary vocabulary, int[] ids) {
    this.name = name;
    this.vocabulary = vocabulary;
    this.ids = ids;
  }

  /** The human numbers, joined by {@code " . "}. */
  public static Corpus humanNumbers() {
    Builder corpus = new Builder();
    corpus.add(HumanNumbers.text());
    return corpus.build("the human numbers");
  }

  /**
   * Reads a file of UTF-8 text.
   *
   * @param notices is told what is left out
   * @throws UserMistake if it cannot be read, holds no token, or has bytes that are no UTF-8
   */
  public static Corpus read(Path file, Consumer<String> notices) {
    Builder corpus = new Builder();
    CorpusFile.read(file, notices, corpus::add);
    String name = "the corpus " + file;
    if (corpus.count == 0) {
      throw new UserMistake(name + " is empty; expected UTF-8 text, its tokens between spaces");
    }
    return corpus.build(name);
  }

  /** The tokens of the text, in order; unmodifiable. */
  public List<String> tokens() {
    return new Tokens();
  }

  /** The vocabulary of the text's own tokens. */
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /**
   * The id of each token in a vocabulary; a token outside it gets the id of {@code <unk>}.
   *
   * @throws UserMistake if a token is outside a vocabulary without {@code <unk>}
   */
  public int[] ids(Vocabulary other) {
    int[] translation = new int[vocabulary.size()];
    for (int own = 0; own < translation.length; own++) {
      int id = other.id(vocabulary.token(own));
      translation[own] = id == Vocabulary.ABSENT ? other.id(Vocabulary.UNKNOWN) : id;
      if (translation[own] == Vocabulary.ABSENT) {
        throw outside(own, other);
      }
    }
    return Arrays.stream(ids).map(own -> translation[own]).toArray();
  }

  private UserMistake outside(int own, Vocabulary other) {
    int index = 0;
    while (ids[index] != own) {
      index++;
    }
    return new UserMistake(
        ("%s: token %d, %s, is not in the vocabulary of %d tokens, which has no %s; add one of"
                + " the two")
            .formatted(
                name,
                index + 1,
                Quotation.of(vocabulary.token(own)),
                other.size(),
                Vocabulary.UNKNOWN));
  }

  private final class Tokens extends AbstractList<String> implements RandomAccess {
    @Override
    public String get(int index) {
      return vocabulary.token(ids[index]);
    }

    @Override
    public int size() {
      return ids.length;
    }
  }

  /** Takes a text piece by piece; no piece ends within a token. */
  private static final class Builder {
    private final Map<String, Integer> distinct = new LinkedHashMap<>();
    private int[] ids = new int[1 << 16];
    private int count;

    void add(String text) {
      for (String token : Tokenizer.split(text)) {
        if (count == ids.length) {
          ids = Arrays.copyOf(ids, count + (count >> 1));
        }
        Integer known = distinct.putIfAbsent(token, distinct.size());
        ids[count++] = known == null ? distinct.size() - 1 : known;
      }
    }

    Corpus build(String name) {
      return new Corpus(name, Vocabulary.of(distinct.keySet()), Arrays.copyOf(ids, count));
    }
  }
}
