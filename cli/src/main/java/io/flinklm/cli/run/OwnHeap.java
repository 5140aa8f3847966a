package io.flinklm.cli.run;

import io.flinklm.application.settings.ModelSettings;
import io.flinklm.job.train.TrainingHeap;
import io.flinklm.text.Tokenizer;

/** The Java heap of this process, in which {@code run} and {@code train} do all of the work. */
public final class OwnHeap {
  // As the launcher ./flink-lm reads it.
  private static final String VARIABLE = "FLINK_LM_HEAP";

  private OwnHeap() {}

  /** The work of a process that has all of the stream. */
  public static TrainingHeap.Work stream(boolean fromModel) {
    return fromModel ? TrainingHeap.Work.STREAM_FROM_MODEL : TrainingHeap.Work.STREAM;
  }

  /**
   * Refuses a training for which it is too small, before anything is started or written.
   *
   * @throws io.flinklm.UserMistake if it is
   */
  public static void requireFor(TrainingHeap.Work work, ModelSettings model, Tokenizer tokenizer) {
    TrainingHeap.of(work, model.net(tokenizer.size()))
        .requireHere("give more heap with the environment variable " + VARIABLE + ", such as 2g");
  }
}
