package io.flinklm.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A tokenizer of anything: each byte is a token, and its value is the id. */
public record ByteTokenizer() implements Tokenizer {
  /** How many values a byte has. */
  static final int BYTES = 256;

  private static final String FINGERPRINT = "bytes";
  private static final int LARGEST_ASCII = 127;

  @Override
  public TokenizerKind kind() {
    return TokenizerKind.BYTES;
  }

  @Override
  public int size() {
    return BYTES;
  }

  @Override
  public int[] ids(byte[] text) {
    int[] ids = new int[text.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = Byte.toUnsignedInt(text[i]);
    }
    return ids;
  }

  @Override
  public TextTokens tokens(byte[] text) {
    int[] lengths = new int[text.length];
    Arrays.fill(lengths, 1);
    return new TextTokens(ids(text), lengths);
  }

  @Override
  public int[] ids(String text) {
    return ids(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String token(int id) {
    return shown(id);
  }

  /** A byte as a person reads it: a letter of ASCII, or its value. */
  static String shown(int value) {
    return value <= LARGEST_ASCII ? String.valueOf((char) value) : "<0x%02X>".formatted(value);
  }

  @Override
  public byte[] bytes(int[] ids) {
    byte[] bytes = new byte[ids.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) ids[i];
    }
    return bytes;
  }

  @Override
  public String fingerprint() {
    return FINGERPRINT;
  }

  @Override
  public byte[] toBytes() {
    return CharacterList.toBytes(new int[0]);
  }
}
