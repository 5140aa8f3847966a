package io.flinklm.predict;

import java.util.Optional;
import java.util.UUID;

/**
 * A text that a model is asked to continue, and how. The same prompt, answered by the same weights
 * after the same text, has the same answer.
 *
 * @param id of the asker's choice; the answer has the same
 * @param text tokens between spaces
 * @param tokens to add
 * @param temperature as in {@link Sampler}; 0 takes the most likely token
 * @param topK as in {@link Sampler}; 0 for all
 * @param seed of the random numbers
 */
public record Prompt(
    String id, String text, long tokens, double temperature, long topK, long seed) {
  /** Tokens to add, unless another number is asked for. */
  public static final int TOKENS = 20;

  /** The most tokens that a prompt may ask for. */
  public static final int MOST_TOKENS = 1_000;

  /** The longest text, in characters. */
  public static final int LONGEST_TEXT = 20_000;

  /** The longest id, in characters. */
  public static final int LONGEST_ID = 200;

  private static final int HOTTEST = 100;

  /** The most likely tokens behind a text, with an id that no other prompt has. */
  public static Prompt of(String text, int tokens) {
    return new Prompt(UUID.randomUUID().toString(), text, tokens, 0, 0, 0);
  }

  /** What in it is beyond a limit, in words; empty if nothing is. */
  public Optional<String> beyondLimits() {
    if (id.length() > LONGEST_ID) {
      return beyond("id must have at most " + LONGEST_ID + " characters", id.length());
    }
    if (text.length() > LONGEST_TEXT) {
      return beyond("text must have at most " + LONGEST_TEXT + " characters", text.length());
    }
    if (tokens < 1 || tokens > MOST_TOKENS) {
      return beyond("tokens must be 1 to " + MOST_TOKENS, tokens);
    }
    if (!(temperature >= 0 && temperature <= HOTTEST)) {
      return beyond("temperature must be 0 to " + HOTTEST, temperature);
    }
    if (topK < 0 || topK > Integer.MAX_VALUE) {
      return beyond("top_k must be 0, for all, to " + Integer.MAX_VALUE, topK);
    }
    return Optional.empty();
  }

  private static Optional<String> beyond(String limit, Object found) {
    return Optional.of(limit + ", found " + found);
  }

  Sampler sampler() {
    return new Sampler(temperature, Math.toIntExact(topK));
  }
}
