package io.flinklm.application.settings;

import ai.djl.ndarray.NDManager;
import io.flinklm.UserMistake;
import io.flinklm.engine.DeviceChoice;
import io.flinklm.engine.PyTorch;
import io.flinklm.job.models.TrainedModel;
import io.flinklm.saved.ModelConfig;
import io.flinklm.saved.SavedModel;
import io.flinklm.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A model on disk that a training starts from. A run keeps it in its own directory, so that it can
 * be resumed before its first checkpoint whatever has become of the model that it was.
 *
 * @param config of the model
 * @param tokenizer of the model
 * @param safetensors its weights
 */
public record InitialModel(ModelConfig config, Tokenizer tokenizer, byte[] safetensors) {

  /**
   * Reads a model.
   *
   * @throws UserMistake if there is none, it is damaged, or it is not what is to be trained
   */
  public static InitialModel read(Path directory, ModelSettings model, Tokenizer tokenizer) {
    try (NDManager manager = PyTorch.newManager(PyTorch.device(DeviceChoice.CPU))) {
      SavedModel saved = SavedModel.read(directory, manager);
      saved.requireFits(model.net(tokenizer.size()), tokenizer);
      byte[] safetensors = Files.readAllBytes(directory.resolve(SavedModel.WEIGHTS));
      return new InitialModel(saved.config(), tokenizer, safetensors);
    } catch (IOException e) {
      throw new UserMistake("cannot read the model in " + directory + ": " + e, e);
    }
  }

  /** Writes the model to a directory, as it was read. */
  public void write(Path directory) throws IOException {
    SavedModel.write(directory, config, tokenizer, safetensors);
  }

  /** The weights on their way into a job. */
  public TrainedModel weights() {
    return TrainedModel.of(0, config.weightsSha256(), safetensors);
  }
}
