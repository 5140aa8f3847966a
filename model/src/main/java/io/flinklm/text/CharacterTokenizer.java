package io.flinklm.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A tokenizer whose tokens are characters (Unicode code points). The first 256 ids are the bytes,
 * of which those of ASCII are characters; behind them stand the other characters that have an id. A
 * character without one is written as its bytes in UTF-8, so that none is ever unknown. A piece of
 * text may begin and end between those bytes.
 */
public final class CharacterTokenizer implements Tokenizer {
  private static final long serialVersionUID = 1;
  private static final int ABSENT = -1;

  private final int[] characters;

  // The same sorted, with the id of each.
  private final int[] sorted;
  private final int[] idOfSorted;

  /**
   * A tokenizer in which these characters have ids of their own.
   *
   * @param characters distinct, none of ASCII, in the order of their ids
   */
  public CharacterTokenizer(int[] characters) {
    this.characters = characters.clone();
    int[] order =
        IntStream.range(0, characters.length)
            .boxed()
            .sorted((a, b) -> Integer.compare(characters[a], characters[b]))
            .mapToInt(Integer::intValue)
            .toArray();
    sorted = Arrays.stream(order).map(i -> characters[i]).toArray();
    idOfSorted = Arrays.stream(order).map(i -> ByteTokenizer.BYTES + i).toArray();
  }

  @Override
  public TokenizerKind kind() {
    return TokenizerKind.CHARACTERS;
  }

  @Override
  public int size() {
    return ByteTokenizer.BYTES + characters.length;
  }

  @Override
  public int[] ids(byte[] text) throws UnreadableTextException {
    return tokens(text).ids();
  }

  @Override
  public TextTokens tokens(byte[] text) throws UnreadableTextException {
    Optional<String> unreadable = whyUnreadable(text);
    if (unreadable.isPresent()) {
      throw new UnreadableTextException(unreadable.get());
    }
    return tokensOfAnything(text);
  }

  private TextTokens tokensOfAnything(byte[] text) {
    int[] ids = new int[text.length];
    int[] lengths = new int[text.length];
    int count = 0;
    for (int from = 0; from < text.length; count++) {
      int length = Utf8Sequence.length(text, from);
      int id = length > 1 ? id(Utf8Sequence.codePoint(text, from, length)) : ABSENT;
      ids[count] = id == ABSENT ? Byte.toUnsignedInt(text[from]) : id;
      lengths[count] = id == ABSENT ? 1 : length;
      from += lengths[count];
    }
    return new TextTokens(Arrays.copyOf(ids, count), Arrays.copyOf(lengths, count));
  }

  @Override
  public int[] ids(String text) {
    return tokensOfAnything(text.getBytes(StandardCharsets.UTF_8)).ids();
  }

  @Override
  public int count(byte[] text) {
    int count = 0;
    for (int from = 0; from < text.length; count++) {
      int length = Utf8Sequence.length(text, from);
      boolean known = length > 1 && id(Utf8Sequence.codePoint(text, from, length)) != ABSENT;
      from += known ? length : 1;
    }
    return count;
  }

  private int id(int character) {
    int index = Arrays.binarySearch(sorted, character);
    return index < 0 ? ABSENT : idOfSorted[index];
  }

  @Override
  public String token(int id) {
    return id < ByteTokenizer.BYTES
        ? ByteTokenizer.shown(id)
        : Character.toString(characters[id - ByteTokenizer.BYTES]);
  }

  @Override
  public byte[] bytes(int[] ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(ids.length);
    for (int id : ids) {
      if (id < ByteTokenizer.BYTES) {
        bytes.write(id);
      } else {
        bytes.writeBytes(token(id).getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toByteArray();
  }

  @Override
  public String fingerprint() {
    return "characters:" + Sha256.of(toBytes());
  }

  @Override
  public byte[] toBytes() {
    return CharacterList.toBytes(characters);
  }
}
