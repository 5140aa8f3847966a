package io.flinklm.job.train;

import io.flinklm.UserMistake;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.NetConfig;
import java.util.Optional;

/**
 * The Java heap that a training takes at its fullest moment: a checkpoint while a model goes to
 * disk and to whoever answers prompts. docs/BENCHMARKS.md says where the numbers are from.
 *
 * @param parameters of the model, a tied matrix once
 * @param words in the vocabulary
 */
public record TrainingHeap(long parameters, long words) {
  private static final long MEBIBYTE = 1 << 20;

  // The state is twice there for a moment, 12 bytes a parameter each; a model on its way, up to 8.
  private static final long BYTES_A_PARAMETER = 34;

  // Each operator that knows the vocabulary has its own, as strings and as bytes.
  private static final long BYTES_A_WORD = 900;

  private static final long BYTES_OF_THE_REST = 150 * MEBIBYTE;

  // A checkpoint has all of them in one array of Java's.
  private static final long MOST_PARAMETERS = (Integer.MAX_VALUE - MEBIBYTE) / 12;

  /** What a model takes. */
  public static TrainingHeap of(NetConfig net) {
    return new TrainingHeap(
        LanguageModels.of(net).parameters().stream()
            .mapToLong(parameter -> parameter.shape().size())
            .sum(),
        net.vocabulary());
  }

  /** In MiB. */
  long needed() {
    long bytes = BYTES_OF_THE_REST + BYTES_A_PARAMETER * parameters + BYTES_A_WORD * words;
    return bytes / MEBIBYTE + 1;
  }

  /**
   * Refuses a training for which the heap of this process is too small.
   *
   * @param more how a person gives it more
   * @throws UserMistake if it is
   */
  public void requireHere(String more) {
    tooLittle(Runtime.getRuntime().maxMemory() / MEBIBYTE, more)
        .ifPresent(
            mistake -> {
              throw new UserMistake(mistake);
            });
  }

  /** What is wrong where a process has so many MiB of heap; empty if nothing is. */
  Optional<String> tooLittle(long mebibytes, String more) {
    String model =
        "the model has %,d parameters and %,d words in its vocabulary".formatted(parameters, words);
    if (parameters > MOST_PARAMETERS) {
      return Optional.of(
          model
              + ", and a checkpoint holds at most %,d parameters; choose a smaller --hidden or a vocabulary of fewer words"
                  .formatted(MOST_PARAMETERS));
    }
    return mebibytes >= needed()
        ? Optional.empty()
        : Optional.of(
            model
                + ": its training needs a Java heap of %,d MiB, and this process has %,d MiB; choose a smaller --hidden or a vocabulary of fewer words, or %s"
                    .formatted(needed(), mebibytes, more));
  }
}
