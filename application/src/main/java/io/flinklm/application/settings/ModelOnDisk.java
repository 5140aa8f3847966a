package io.flinklm.application.settings;

import ai.djl.ndarray.NDManager;
import io.flinklm.UserMistake;
import io.flinklm.engine.DeviceChoice;
import io.flinklm.engine.PyTorch;
import io.flinklm.job.models.ModelDirectory;
import io.flinklm.job.models.PinnedModel;
import io.flinklm.job.models.TrainedModel;
import io.flinklm.net.Cell;
import io.flinklm.predict.LoadedModel.Frame;
import io.flinklm.saved.ModelConfig;
import io.flinklm.saved.SavedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A model on disk that is to answer prompts, or that a training is to start from. */
public final class ModelOnDisk {
  private ModelOnDisk() {}

  /**
   * Reads a model.
   *
   * @param given its directory, or the one that a run writes to: then it is the run's last model,
   *     or the newest while it runs
   * @throws UserMistake if there is none, or it is damaged
   */
  public static PinnedModel read(Path given) {
    return read(given, ModelOnDisk::readIn);
  }

  /** What is read in the directory of a model. */
  interface Reading<T> {
    T in(Path directory) throws IOException;
  }

  /** The same, for whoever reads something else of the model. */
  static <T> T read(Path given, Reading<T> reading) {
    while (true) {
      try {
        Path directory = directory(given);
        try {
          return reading.in(directory);
        } catch (UserMistake | IOException e) {
          // While a run goes on, the model may have been pruned meanwhile: then there is a newer.
          if (directory.equals(directory(given))) {
            throw e;
          }
        }
      } catch (IOException e) {
        throw new UserMistake("cannot read the model in " + given + ": " + e, e);
      }
    }
  }

  private static PinnedModel readIn(Path directory) throws IOException {
    try (NDManager manager = PyTorch.newManager(PyTorch.device(DeviceChoice.CPU))) {
      SavedModel saved = SavedModel.read(directory, manager);
      ModelConfig config = saved.config();
      return new PinnedModel(
          new Frame(config.net(), Cell.ENGINE, config.bptt(), saved.tokenizer()),
          TrainedModel.of(
              config.step(),
              config.weightsSha256(),
              Files.readAllBytes(directory.resolve(SavedModel.WEIGHTS))));
    }
  }

  private static Path directory(Path given) throws IOException {
    Path latest = given.resolve("models").resolve(ModelDirectory.LATEST);
    boolean isHere = Files.exists(given.resolve(SavedModel.CONFIG)) || !Files.exists(latest);
    // The link may lead elsewhere a moment later; its target stays whole, or is gone as a whole.
    return isHere ? given : latest.toRealPath();
  }
}
