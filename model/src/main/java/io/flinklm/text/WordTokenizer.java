package io.flinklm.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A tokenizer whose tokens are {@link Words}. A word outside the vocabulary becomes {@code <unk>}
 * if the vocabulary has that, else the whole text is refused. White space is lost: between two
 * words stands one space again.
 *
 * @param vocabulary of the ids
 */
public record WordTokenizer(Vocabulary vocabulary) implements Tokenizer {

  /** A tokenizer of these words, their ids by first appearance. */
  public static WordTokenizer of(Iterable<String> words) {
    return new WordTokenizer(Vocabulary.of(words));
  }

  @Override
  public TokenizerKind kind() {
    return TokenizerKind.WORDS;
  }

  @Override
  public int size() {
    return vocabulary.size();
  }

  @Override
  public int[] ids(byte[] text) throws UnreadableTextException, UnknownTokenException {
    return tokens(text).ids();
  }

  @Override
  public TextTokens tokens(byte[] text) throws UnreadableTextException, UnknownTokenException {
    Utf8.requireNoNul(text);
    int[] ids = new int[Words.count(text)];
    int[] lengths = new int[ids.length];
    boolean known = true;
    int end = 0;
    for (int next = 0; next < ids.length; next++) {
      int from = end;
      while (Words.isSpace(text[from])) {
        from++;
      }
      int to = from + 1;
      while (to < text.length && !Words.isSpace(text[to])) {
        to++;
      }
      ids[next] = vocabulary.id(text, from, to);
      known &= ids[next] != Vocabulary.ABSENT;
      lengths[next] = to - end;
      end = to;
    }
    if (lengths.length > 0) {
      lengths[lengths.length - 1] += text.length - end;
    }
    // What of it is no UTF-8, or unknown, is found with strings.
    return new TextTokens(known ? ids : ids(Utf8.decode(text)), lengths);
  }

  @Override
  public int[] ids(String text) throws UnknownTokenException {
    List<String> words = Words.of(text);
    int unknown = vocabulary.id(Vocabulary.UNKNOWN);
    int[] ids = new int[words.size()];
    for (int i = 0; i < ids.length; i++) {
      int id = vocabulary.id(words.get(i));
      if (id == Vocabulary.ABSENT) {
        id = unknown;
      }
      if (id == Vocabulary.ABSENT) {
        throw new UnknownTokenException(words.get(i), i);
      }
      ids[i] = id;
    }
    return ids;
  }

  @Override
  public String token(int id) {
    return vocabulary.token(id);
  }

  @Override
  public byte[] bytes(int[] ids) {
    return text(ids).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String text(int[] ids) {
    return String.join(" ", Arrays.stream(ids).mapToObj(vocabulary::token).toList());
  }

  @Override
  public String fingerprint() {
    return vocabulary.fingerprint();
  }

  @Override
  public byte[] toBytes() {
    return vocabulary.toBytes();
  }
}
