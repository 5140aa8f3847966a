package io.flinklm.text;

import io.flinklm.UserMistake;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A tokenizer of Hugging Face, as its {@code tokenizer.json} says: tokens are words and parts of
 * words. A text is cut as a whole, so that its beginning and its end are borders of tokens. No
 * special token is put around it. With a byte-level tokenizer the tokens of a text are the text; of
 * others it can only be said what they read like.
 *
 * <p>It travels as the bytes of its file; what its library makes of them, each process has once.
 */
final class SubwordTokenizer implements Tokenizer {
  private static final long serialVersionUID = 1;

  private final byte[] file;
  private final String fingerprint;

  private transient volatile SubwordLibrary library;

  // By id, how many bytes it has, each found once: the library would be asked for every token.
  private transient volatile Map<Integer, Integer> lengths;

  private SubwordTokenizer(byte[] file) {
    this.file = file;
    fingerprint = "subwords:" + Sha256.of(file);
  }

  /**
   * Reads a file.
   *
   * @throws UserMistake if it cannot be read or is no {@code tokenizer.json}
   */
  static SubwordTokenizer read(Path file) {
    try {
      SubwordTokenizer tokenizer = new SubwordTokenizer(Files.readAllBytes(file));
      tokenizer.library = SubwordLibrary.of(tokenizer.fingerprint, tokenizer.file);
      return tokenizer;
    } catch (NotATokenizerException e) {
      throw new UserMistake(
          "the tokenizer " + file + " is no tokenizer.json of Hugging Face: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UserMistake("cannot read the tokenizer " + file + ": " + e, e);
    }
  }

  private SubwordLibrary library() {
    SubwordLibrary here = library;
    if (here == null) {
      try {
        here = SubwordLibrary.of(fingerprint, file);
      } catch (NotATokenizerException e) {
        throw new IllegalStateException("it was read before", e);
      }
      library = here;
    }
    return here;
  }

  @Override
  public TokenizerKind kind() {
    return TokenizerKind.SUBWORDS;
  }

  @Override
  public int size() {
    return library().json().size();
  }

  @Override
  public int[] ids(byte[] text) throws UnreadableTextException, UnknownTokenException {
    return ids(Utf8.decode(text));
  }

  @Override
  public int[] ids(String text) throws UnknownTokenException {
    return library().ids(text).clone();
  }

  @Override
  public int count(byte[] text) {
    try {
      return library().ids(new String(text, StandardCharsets.UTF_8)).length;
    } catch (UnknownTokenException e) {
      // It is refused, and nobody can say how many tokens it is: as many as it has bytes at most.
      return text.length;
    }
  }

  @Override
  public int length(int id) {
    Map<Integer, Integer> known = lengths;
    if (known == null) {
      known = new ConcurrentHashMap<>();
      lengths = known;
    }
    return known.computeIfAbsent(id, of -> bytes(new int[] {of}).length);
  }

  @Override
  public String token(int id) {
    TokenizerJson json = library().json();
    if (!json.isByteLevel()) {
      return json.token(id);
    }
    byte[] bytes = json.bytes(id);
    if (Utf8.whyUnreadable(bytes).isEmpty()) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
    StringBuilder shown = new StringBuilder();
    for (byte b : bytes) {
      shown.append(ByteTokenizer.shown(Byte.toUnsignedInt(b)));
    }
    return shown.toString();
  }

  @Override
  public byte[] bytes(int[] ids) {
    TokenizerJson json = library().json();
    if (!json.isByteLevel()) {
      return library().text(ids).getBytes(StandardCharsets.UTF_8);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      bytes.writeBytes(json.bytes(id));
    }
    return bytes.toByteArray();
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public byte[] toBytes() {
    return file.clone();
  }
}
