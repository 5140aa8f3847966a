package io.flinklm.text;

import io.flinklm.Quotation;
import io.flinklm.UserMistake;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The distinct tokens of a text, each with its id: token {@code i} of the list has the id {@code
 * i}. Ids are given by first appearance, as in the chapter. On disk: one token a line.
 */
final class Vocabulary implements Serializable {
  /** The token that stands for every token outside the vocabulary, where a vocabulary has it. */
  public static final String UNKNOWN = "<unk>";

  /** What {@link #id} answers for a token that is not here. */
  public static final int ABSENT = -1;

  private static final long serialVersionUID = 1;

  private final ArrayList<String> tokens;
  private final HashMap<String, Integer> ids = new HashMap<>();

  // Made when it is first needed, in each process anew.
  private transient volatile EncodedTokens encoded;

  private Vocabulary(Collection<String> tokens) {
    this.tokens = new ArrayList<>(tokens);
    tokens.forEach(token -> ids.put(token, ids.size()));
  }

  /** The vocabulary of a text: its distinct tokens in the order of their first appearance. */
  public static Vocabulary of(Iterable<String> text) {
    LinkedHashSet<String> distinct = new LinkedHashSet<>();
    text.forEach(distinct::add);
    return new Vocabulary(distinct);
  }

  /**
   * Reads a vocabulary from disk.
   *
   * @throws UserMistake if the file cannot be read, is empty, or a line holds no token, several or
   *     one that came before
   */
  public static Vocabulary read(Path file) {
    return of(lines(file), file);
  }

  /**
   * Reads a vocabulary that a person gives, in which a byte order mark at the beginning is no part
   * of the first token. In one that was written here it is.
   *
   * @param notices is told of a mark
   * @throws UserMistake as {@link #read}, and for NUL, which is no part of a token
   */
  public static Vocabulary given(Path file, Consumer<String> notices) {
    List<String> lines = new ArrayList<>(lines(file));
    if (!lines.isEmpty() && lines.get(0).startsWith(Utf8.BYTE_ORDER_MARK)) {
      lines.set(0, lines.get(0).substring(Utf8.BYTE_ORDER_MARK.length()));
      notices.accept(
          "the vocabulary " + file + " begins with a byte order mark, which is left out");
    }
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).indexOf('\0') >= 0) {
        throw new UserMistake(
            "vocabulary " + file + ", line " + (i + 1) + ": NUL is no part of a token");
      }
    }
    return of(lines, file);
  }

  private static Vocabulary of(List<String> lines, Path file) {
    Map<String, Integer> seen = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String token = lines.get(i);
      String where = "vocabulary " + file + ", line " + (i + 1) + ": ";
      if (token.isEmpty() || token.chars().anyMatch(Words::isSpace)) {
        throw new UserMistake(
            where + "expected one token without spaces, found " + Quotation.of(token));
      }
      Integer before = seen.putIfAbsent(token, i + 1);
      if (before != null) {
        throw new UserMistake(
            where + Quotation.of(token) + " stands in line " + before + " already");
      }
    }
    if (lines.isEmpty()) {
      throw new UserMistake("the vocabulary " + file + " is empty; expected one token a line");
    }
    return new Vocabulary(lines);
  }

  /** The lines of a file. */
  static List<String> lines(Path file) {
    try {
      return Utf8.decodeWithNul(Files.readAllBytes(file)).lines().toList();
    } catch (NoSuchFileException e) {
      throw new UserMistake("there is no vocabulary " + file, e);
    } catch (UnreadableTextException e) {
      throw new UserMistake("the vocabulary " + file + " is " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UserMistake("cannot read the vocabulary " + file + ": " + e.getMessage(), e);
    }
  }

  /** Writes one token a line. */
  public void write(Path file) throws IOException {
    Files.write(file, toBytes());
  }

  /** The bytes of its file: one token a line. */
  public byte[] toBytes() {
    return (String.join("\n", tokens) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** How many tokens it has. */
  public int size() {
    return tokens.size();
  }

  /** The token of an id. */
  public String token(int id) {
    return tokens.get(id);
  }

  /** The id of a token; {@link #ABSENT} if it is not here. Knows nothing of {@link #UNKNOWN}. */
  public int id(String token) {
    return ids.getOrDefault(token, ABSENT);
  }

  /**
   * The id of a token that stands in UTF-8 text; {@link #ABSENT} if it is not here. No string is
   * made of it.
   *
   * @param from index of its first byte
   * @param to index behind its last byte
   */
  int id(byte[] text, int from, int to) {
    EncodedTokens table = encoded;
    if (table == null) {
      table = EncodedTokens.of(tokens);
      encoded = table;
    }
    return table.id(text, from, to);
  }

  /** SHA-256 over the tokens in order: two vocabularies are the same if their fingerprints are. */
  public String fingerprint() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String token : tokens) {
        digest.update(token.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
