package io.flinklm.cli.run;

import io.flinklm.application.settings.ModelSettings;
import io.flinklm.job.train.TrainingHeap;
import io.flinklm.text.Vocabulary;

/** The Java heap of this process, in which {@code run} and {@code train} have all of Flink. */
public final class OwnHeap {
  // As the launcher ./flink-lm reads it.
  private static final String VARIABLE = "FLINK_LM_HEAP";

  private OwnHeap() {}

  /**
   * Refuses a training for which it is too small, before anything is started or written.
   *
   * @throws io.flinklm.UserMistake if it is
   */
  public static void requireFor(ModelSettings model, Vocabulary vocabulary) {
    TrainingHeap.of(model.net(vocabulary.size()))
        .requireHere("give more heap with the environment variable " + VARIABLE + ", such as 2g");
  }
}
