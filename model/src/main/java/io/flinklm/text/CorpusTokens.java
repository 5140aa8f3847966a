package io.flinklm.text;

import io.flinklm.UserMistake;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The tokens of a text that is read piece by piece, of which none ends within a token; twice, where
 * the ids are known only when all of it has been counted.
 */
final class CorpusTokens {
  private final String name;
  private final TokenizerChoice choice;
  private final Path spool;
  private final TokenCounts counts = new TokenCounts();
  private final TokenIds ids;
  private Tokenizer learned;
  private Tokenizer exact;
  private Optional<TextPieces> pieces = Optional.empty();

  /** A text that can be read again and again. */
  @FunctionalInterface
  interface Text {
    /**
     * Reads it from its beginning.
     *
     * @param pieces are given all of it
     * @param first whether it has not been read before
     */
    void read(Consumer<byte[]> pieces, boolean first);
  }

  /**
   * None yet.
   *
   * @param name of the text
   * @param spool directory for what does not fit into memory
   */
  CorpusTokens(String name, TokenizerChoice choice, Path spool) {
    this.name = name;
    this.choice = choice;
    this.spool = spool;
    ids = new TokenIds(new SpilledBytes(spool));
  }

  /**
   * Reads a text.
   *
   * @throws UserMistake if the tokenizer has no tokens for it
   */
  void read(Text text) {
    if (choice.kind() == TokenizerKind.WORDS) {
      readWords(text);
    } else if (choice.kind() == TokenizerKind.SUBWORDS) {
      readPieces(text);
    } else {
      boolean twice = choice.given().isEmpty() && choice.kind() != TokenizerKind.BYTES;
      if (twice) {
        text.read(piece -> choice.count(piece, counts), true);
      }
      learned = choice.learned(counts);
      exact = learned;
      text.read(this::add, !twice);
    }
  }

  private void add(byte[] piece) {
    try {
      for (int id : exact.ids(piece)) {
        ids.add(id);
      }
    } catch (UnreadableTextException | UnknownTokenException e) {
      throw new IllegalStateException("the text has been read, and nothing of it is unknown", e);
    }
  }

  /** Words have ids by first appearance, which are known at once. */
  private void readWords(Text text) {
    Map<String, Integer> words = new HashMap<>();
    text.read(
        piece -> {
          byte[] normalized = choice.normalization().apply(piece);
          for (String word : Words.of(new String(normalized, StandardCharsets.UTF_8))) {
            counts.add(word);
            Integer known = words.putIfAbsent(word, words.size());
            ids.add(known == null ? words.size() - 1 : known);
          }
        },
        true);
    learned = choice.learned(counts);
    exact = choice.normalization().before(TokenizerKind.WORDS.learned(counts, Long.MAX_VALUE));
  }

  private void readPieces(Text text) {
    learned = choice.learned(counts);
    exact = learned;
    TextPieces parted = new TextPieces(exact, ids, new SpilledBytes(spool));
    text.read(piece -> cut(parted, piece, false), true);
    cut(parted, new byte[0], true);
    pieces = Optional.of(parted);
  }

  private void cut(TextPieces parted, byte[] piece, boolean last) {
    try {
      parted.read(piece, last);
    } catch (UnreadableTextException e) {
      throw new IllegalStateException("the text has been read", e);
    } catch (UnknownTokenException e) {
      throw new UserMistake(name + ": " + e.getMessage(), e);
    }
  }

  /** The tokenizer that was asked for, as the text has made it. */
  Tokenizer learned() {
    return learned;
  }

  /** The tokenizer of all tokens of the text, whose ids these are. */
  Tokenizer exact() {
    return exact;
  }

  /** The ids of its tokens. */
  TokenIds ids() {
    return ids;
  }

  /** The text in pieces, where the tokenizer cuts it so. */
  Optional<TextPieces> pieces() {
    return pieces;
  }
}
