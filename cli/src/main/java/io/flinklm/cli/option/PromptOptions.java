package io.flinklm.cli.option;

import io.flinklm.UserMistake;
import io.flinklm.predict.Prompt;
import java.util.UUID;
import picocli.CommandLine.Option;

/** Options of every command that asks a model: how a prompt is to be continued. */
public final class PromptOptions {
  @Option(
      names = "--tokens",
      defaultValue = "" + Prompt.TOKENS,
      description = "How many tokens to add (default: ${DEFAULT-VALUE}).")
  private long tokens;

  @Option(
      names = "--temperature",
      defaultValue = "0",
      description =
          "0 takes the most likely token, 1 draws with the model's own probabilities"
              + " (default: ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(
      names = "--top-k",
      defaultValue = "0",
      description =
          "Draw from so many of the most likely tokens; 0 for all (default: ${DEFAULT-VALUE}).")
  private long topK;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Of the random numbers (default: ${DEFAULT-VALUE}).")
  private long seed;

  /**
   * The prompt of a text, with an id that no other has.
   *
   * @throws UserMistake if it is beyond a limit
   */
  public Prompt prompt(String text) {
    Prompt prompt = new Prompt(UUID.randomUUID().toString(), text, tokens, temperature, topK, seed);
    prompt
        .beyondLimits()
        .ifPresent(
            limit -> {
              throw new UserMistake(limit);
            });
    return prompt;
  }
}
