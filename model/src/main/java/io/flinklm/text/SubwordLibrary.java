package io.flinklm.text;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import io.flinklm.engine.DjlOffline;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What Hugging Face's library makes of a {@code tokenizer.json}. Any thread may ask it, and all get
 * the same answer. The library's memory is given back when nobody holds this any more.
 */
final class SubwordLibrary {
  // Nothing of the text is left out, filled up or added.
  private static final Map<String, String> OPTIONS =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  // Each operator's copy of a tokenizer finds the same one here: a vocabulary takes megabytes.
  private static final Map<String, WeakReference<SubwordLibrary>> KNOWN = new HashMap<>();

  // Longer than a record of ours by far; more would only be kept from the garbage.
  private static final int LONGEST_KEPT = 1 << 16;

  private final TokenizerJson json;

  // It frees what is its own when it is collected.
  private final HuggingFaceTokenizer encoder;

  // A record is cut by each who reads it, one behind the other.
  private volatile Cut last = new Cut("", new int[0]);

  /** A text and its ids. */
  private record Cut(String text, int[] ids) {}

  private SubwordLibrary(TokenizerJson json, HuggingFaceTokenizer encoder) {
    this.json = json;
    this.encoder = encoder;
  }

  /**
   * The library's reading of a file.
   *
   * @param fingerprint of the file
   */
  static SubwordLibrary of(String fingerprint, byte[] file) throws NotATokenizerException {
    synchronized (KNOWN) {
      WeakReference<SubwordLibrary> known = KNOWN.get(fingerprint);
      SubwordLibrary library = known == null ? null : known.get();
      if (library == null) {
        library = load(file);
        KNOWN.values().removeIf(other -> other.get() == null);
        KNOWN.put(fingerprint, new WeakReference<>(library));
      }
      return library;
    }
  }

  private static SubwordLibrary load(byte[] file) throws NotATokenizerException {
    DjlOffline.ensure();
    try {
      LibUtils.checkStatus();
    } catch (EngineException e) {
      throw new LinkageError("the library of tokenizers cannot be loaded", e);
    }
    try {
      TokenizerJson json = TokenizerJson.of(file);
      byte[] read = json.forLibrary().getBytes(StandardCharsets.UTF_8);
      return new SubwordLibrary(
          json, HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(read), OPTIONS));
    } catch (IOException | RuntimeException e) {
      throw new NotATokenizerException(e);
    }
  }

  TokenizerJson json() {
    return json;
  }

  /** The ids of a text, which stay the caller's to read and not to change. */
  int[] ids(String text) throws UnknownTokenException {
    Cut cut = last;
    if (!cut.text.equals(text)) {
      cut = new Cut(text, found(text));
      if (text.length() <= LONGEST_KEPT) {
        last = cut;
      }
    }
    return cut.ids;
  }

  private int[] found(String text) throws UnknownTokenException {
    // Half of a character, which Java's strings may have, would not reach the library.
    String whole = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    try {
      return Arrays.stream(encoder.encode(whole, false, false).getIds())
          .mapToInt(Math::toIntExact)
          .toArray();
    } catch (RuntimeException e) {
      throw new UnknownTokenException(e);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** The text that ids read like. */
  String text(int[] ids) {
    try {
      return encoder.decode(Arrays.stream(ids).asLongStream().toArray(), false);
    } finally {
      Reference.reachabilityFence(this);
    }
  }
}
