package io.flinklm.text;

import io.flinklm.UserMistake;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** What a tokenizer takes for a token. */
public enum TokenizerKind implements TextForm {
  /** The longest runs without white space, see {@link WordTokenizer}. */
  WORDS("words") {
    @Override
    public byte[] textOf(byte[] value) {
      return Utf8.withoutMark(value);
    }

    @Override
    public int count(byte[] text) {
      return Words.count(text);
    }

    @Override
    public String beginning(byte[] text) {
      List<String> words = Words.of(new String(text, StandardCharsets.UTF_8));
      return String.join(" ", words.subList(0, Math.min(PROMPT_WORDS, words.size())));
    }

    @Override
    void count(byte[] text, TokenCounts counts) {
      Words.of(new String(text, StandardCharsets.UTF_8)).forEach(counts::add);
    }
  },

  /** Unicode code points, see {@link CharacterTokenizer}. */
  CHARACTERS("characters") {
    @Override
    public Optional<String> whyUnreadable(byte[] text) {
      return Utf8.whyUnreadablePiece(text);
    }

    @Override
    public int count(byte[] text) {
      int count = 0;
      for (int from = 0; from < text.length; count++) {
        from += Math.max(1, Utf8Sequence.length(text, from));
      }
      return count;
    }

    @Override
    void count(byte[] text, TokenCounts counts) {
      new String(text, StandardCharsets.UTF_8)
          .codePoints()
          .filter(character -> character > Byte.MAX_VALUE)
          .forEach(character -> counts.add(Character.toString(character)));
    }
  },

  /** Bytes, see {@link ByteTokenizer}. */
  BYTES("bytes") {
    @Override
    public Optional<String> whyUnreadable(byte[] text) {
      return Optional.empty();
    }

    @Override
    public int count(byte[] text) {
      return text.length;
    }

    @Override
    void count(byte[] text, TokenCounts counts) {
      // All bytes are known.
    }
  },

  /** What a {@code tokenizer.json} of Hugging Face says, see {@link SubwordTokenizer}. */
  SUBWORDS("subwords") {
    @Override
    public int count(byte[] text) {
      throw new IllegalStateException("only the tokenizer itself can count its tokens");
    }

    @Override
    void count(byte[] text, TokenCounts counts) {
      // All tokens are known.
    }
  };

  private static final int PROMPT_WORDS = 10;
  private static final int PROMPT_CHARACTERS = 40;
  private static final String MISSING = "\ufffd+";

  private final String label;

  TokenizerKind(String label) {
    this.label = label;
  }

  /** The name of its file beside a model. */
  public String file() {
    return this == SUBWORDS ? "tokenizer.json" : "vocabulary.txt";
  }

  /** The kind as options and files have it. */
  public String label() {
    return label;
  }

  /**
   * The kind of a label.
   *
   * @throws UserMistake if there is none of this label
   */
  public static TokenizerKind of(String label) {
    return Arrays.stream(values())
        .filter(kind -> kind.label.equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new UserMistake(
                    "there is no tokenizer '" + label + "'; expected one of " + labels()));
  }

  private static String labels() {
    return Arrays.stream(values()).map(TokenizerKind::label).collect(Collectors.joining(", "));
  }

  /**
   * The tokenizer of a file that lies beside a model.
   *
   * @throws UserMistake if the file cannot be read or is none of this kind
   */
  public Tokenizer read(Path file) {
    return switch (this) {
      case WORDS -> new WordTokenizer(Vocabulary.read(file));
      case CHARACTERS, BYTES -> ofCharacters(CharacterList.read(file, Vocabulary.lines(file)));
      case SUBWORDS -> subwords(file);
    };
  }

  private static Tokenizer subwords(Path file) {
    try {
      return SubwordTokenizer.read(file);
    } catch (LinkageError e) {
      // The image that only speaks to Kafka has not got it, nor has every platform.
      throw new UserMistake(
          "this flink-lm has no library for the tokenizer " + file + "; use the whole one", e);
    }
  }

  /**
   * The tokenizer of a file that a person gives.
   *
   * @param notices is told what is left out
   * @throws UserMistake if the file cannot be read or is none of this kind
   */
  public Tokenizer given(Path file, Consumer<String> notices) {
    return this == WORDS ? new WordTokenizer(Vocabulary.given(file, notices)) : read(file);
  }

  /** The tokenizer of these characters beyond ASCII. */
  private Tokenizer ofCharacters(int[] characters) {
    return this == BYTES ? new ByteTokenizer() : new CharacterTokenizer(characters);
  }

  /** The tokenizer that has ids for so many of the most frequent tokens of a text. */
  Tokenizer learned(TokenCounts counts, long most) {
    List<String> kept = counts.mostFrequent(most);
    return this == WORDS
        ? WordTokenizer.of(kept)
        : ofCharacters(kept.stream().mapToInt(token -> token.codePointAt(0)).toArray());
  }

  /** Counts the tokens of text that only the text itself can name. */
  abstract void count(byte[] text, TokenCounts counts);

  @Override
  public byte[] textOf(byte[] value) {
    return value;
  }

  @Override
  public Optional<String> whyUnreadable(byte[] text) {
    return Utf8.whyUnreadable(text);
  }

  @Override
  public String beginning(byte[] text) {
    String all = new String(text, StandardCharsets.UTF_8).replaceAll("^" + MISSING, "");
    int end = Math.min(PROMPT_CHARACTERS, all.codePointCount(0, all.length()));
    return all.substring(0, all.offsetByCodePoints(0, end)).replaceAll(MISSING + "$", "");
  }
}
