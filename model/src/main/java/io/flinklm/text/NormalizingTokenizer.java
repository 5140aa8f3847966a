package io.flinklm.text;

/**
 * A tokenizer with a {@link Normalization} before it, which is a part of it.
 *
 * @param tokenizer of normalized text
 * @param normalization what is done first
 */
record NormalizingTokenizer(Tokenizer tokenizer, Normalization normalization) implements Tokenizer {
  @Override
  public TokenizerKind kind() {
    return tokenizer.kind();
  }

  @Override
  public int size() {
    return tokenizer.size();
  }

  @Override
  public int[] ids(byte[] text) throws UnreadableTextException, UnknownTokenException {
    // Bytes that are no text would become text.
    return tokenizer.ids(normalization.apply(Utf8.decode(text)));
  }

  @Override
  public int[] ids(String text) throws UnknownTokenException {
    return tokenizer.ids(normalization.apply(text));
  }

  @Override
  public int count(byte[] text) {
    return tokenizer.count(normalization.apply(text));
  }

  @Override
  public String token(int id) {
    return tokenizer.token(id);
  }

  @Override
  public byte[] bytes(int[] ids) {
    return tokenizer.bytes(ids);
  }

  @Override
  public String text(int[] ids) {
    return tokenizer.text(ids);
  }

  @Override
  public String fingerprint() {
    return normalization.label() + " " + tokenizer.fingerprint();
  }

  @Override
  public byte[] toBytes() {
    return tokenizer.toBytes();
  }
}
