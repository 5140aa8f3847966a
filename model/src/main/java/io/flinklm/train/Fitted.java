package io.flinklm.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.flinklm.text.TokenizerKind;

/** What a {@link Fit} was found on. */
public enum Fitted {
  /** The chapter's text: words of a closed vocabulary. */
  @JsonProperty("chapter")
  ON_CHAPTER,
  /** Text as people write it, by characters or bytes: docs/text.md says what was tried. */
  @JsonProperty("text")
  ON_TEXT;

  /** The one whose text is cut as this tokenizer cuts it. */
  public static Fitted on(TokenizerKind tokenizer) {
    return tokenizer == TokenizerKind.WORDS ? ON_CHAPTER : ON_TEXT;
  }
}
