package io.flinklm.cli.run;

import io.flinklm.application.settings.ModelSettings;
import io.flinklm.cli.screen.Figures;
import io.flinklm.engine.ProductRate;
import io.flinklm.engine.PyTorch;
import io.flinklm.job.train.TrainingHeap;
import io.flinklm.job.train.TrainingMemory;
import io.flinklm.text.Tokenizer;

/** The memory of this process, in which {@code run} and {@code train} do all of the work. */
public final class OwnMemory {
  // As the launcher ./flink-lm reads it.
  private static final String VARIABLE = "FLINK_LM_HEAP";

  private OwnMemory() {}

  /** The work of a process that has all of the stream. */
  public static TrainingHeap.Work stream(boolean fromModel) {
    return fromModel ? TrainingHeap.Work.STREAM_FROM_MODEL : TrainingHeap.Work.STREAM;
  }

  /** How much of it a training takes. */
  private static TrainingMemory expected(
      TrainingHeap.Work work, ModelSettings model, Tokenizer tokenizer) {
    boolean ofEngine = !PyTorch.device(model.device()).isGpu();
    return TrainingMemory.here(work, model.stepCost(tokenizer.size()), ofEngine);
  }

  /**
   * One line on what a training is going to take and how fast it may be. It takes some 30 ms, of
   * products of matrices.
   */
  public static String ofLoop(ModelSettings model, Tokenizer tokenizer) {
    return estimate(TrainingHeap.Work.LOOP, model, tokenizer, 1);
  }

  /**
   * The same of other work.
   *
   * @param trainParallelism subtasks that train side by side
   */
  static String estimate(
      TrainingHeap.Work work, ModelSettings model, Tokenizer tokenizer, int trainParallelism) {
    TrainingMemory memory = expected(work, model, tokenizer);
    int threads = model.threadsHere();
    int sideBySide = Math.max(1, Runtime.getRuntime().availableProcessors() / threads);
    double flopPerSecond =
        ProductRate.measure(PyTorch.device(model.device()), threads)
            * Math.min(trainParallelism, sideBySide);
    return "%s parameters, about %s of memory, about %s tokens/s"
        .formatted(
            Figures.count(memory.cost().parameters()),
            TrainingMemory.inWords(memory.mebibytes()),
            Figures.shortRate(memory.cost().tokensPerSecond(flopPerSecond)));
  }

  /**
   * Refuses a training for which there is too little, before anything is started or written.
   *
   * @throws io.flinklm.UserMistake if there is
   */
  public static void requireFor(TrainingHeap.Work work, ModelSettings model, Tokenizer tokenizer) {
    expected(work, model, tokenizer).requireHere();
    TrainingHeap.of(work, model.net(tokenizer.size()))
        .requireHere("give more heap with the environment variable " + VARIABLE + ", such as 2g");
  }
}
