package io.flinklm.job.train;

import io.flinklm.UserMistake;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.NetConfig;
import java.util.Optional;

/**
 * The Java heap that a process takes for a training at its fullest moment. For the stream that is a
 * checkpoint while a model goes to disk and to whoever answers prompts. docs/decisions/0005 says
 * how the numbers were measured.
 *
 * @param work of the process
 * @param parameters of the model, a tied matrix once
 * @param words in the vocabulary
 */
public record TrainingHeap(Work work, long parameters, long words) {
  private static final long MEBIBYTE = 1 << 20;

  /** What a process does for a training, and what that takes. */
  public enum Work {
    /**
     * All operators of the job. The state is there twice for a moment, 12 bytes a parameter each;
     * weights on their way, 4 or 8, stay with whoever sent or got them until the next ones come.
     */
    STREAM("its training", 180, 56, 1_500, "a checkpoint", 12),

    /** The same from a model on disk, which is in the job as it was sent and as it came. */
    STREAM_FROM_MODEL("its training", 180, 100, 1_500, "a checkpoint", 12),

    /** The plain loop, which has no state but the engine's, and writes the model once. */
    LOOP("its training", 50, 10, 600, "a model on disk", 8),

    /** The start of the job on a cluster, where others train. */
    START("the start of its training", 120, 0, 1_500, "a checkpoint", 12),

    /** The start from a model on disk, which goes to the others within the job. */
    START_FROM_MODEL("the start of its training", 120, 44, 1_500, "a checkpoint", 12);

    private final String name;
    private final long restMebibytes;
    private final long bytesAParameter;
    private final long bytesAWord;
    private final String whole;
    private final long mostParameters;

    Work(
        String name,
        long restMebibytes,
        long bytesAParameter,
        long bytesAWord,
        String whole,
        long wholeBytesAParameter) {
      this.name = name;
      this.restMebibytes = restMebibytes;
      this.bytesAParameter = bytesAParameter;
      this.bytesAWord = bytesAWord;
      this.whole = whole;
      // It has all of them in one array of Java's.
      this.mostParameters = (Integer.MAX_VALUE - MEBIBYTE) / wholeBytesAParameter;
    }
  }

  /** What a model takes. */
  public static TrainingHeap of(Work work, NetConfig net) {
    return new TrainingHeap(work, LanguageModels.of(net).parameterCount(), net.vocabulary());
  }

  /** In MiB. */
  long needed() {
    long bytes = work.bytesAParameter * parameters + work.bytesAWord * words;
    return work.restMebibytes + bytes / MEBIBYTE + 1;
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

  /** Whether there are arrays for so many parameters, however large the heap is. */
  boolean isAddressable() {
    return parameters <= work.mostParameters;
  }

  /** What is wrong where a process has so many MiB of heap; empty if nothing is. */
  Optional<String> tooLittle(long mebibytes, String more) {
    String model =
        "the model has %,d parameters and %,d words in its vocabulary".formatted(parameters, words);
    String smaller = "choose a smaller --hidden or a vocabulary of fewer words";
    if (!isAddressable()) {
      return Optional.of(
          "%s, and %s holds at most %,d parameters; %s"
              .formatted(model, work.whole, work.mostParameters, smaller));
    }
    return mebibytes >= needed()
        ? Optional.empty()
        : Optional.of(
            "%s: %s needs a Java heap of %,d MiB, and this process has %,d MiB; %s, or %s"
                .formatted(model, work.name, needed(), mebibytes, smaller, more));
  }
}
