package io.flinklm.job;

import io.flinklm.text.Tokenizer;
import io.flinklm.train.NonfiniteStep;
import io.flinklm.train.SavedModel;
import io.flinklm.train.SavedModel.ModelConfig;
import io.flinklm.train.TrainingConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.Map;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where steps are kept that were not taken because they gave NaN or infinity, to be looked at:
 * {@code step-N.json}, which holds the batch. Of several in a row, which would all have been step
 * N, the first is kept, so that an endless row of them does not fill the disk.
 *
 * @param path of the directory, on any file system that Flink knows
 * @param tokenizer that turns token ids back into text
 */
public record NonfiniteDirectory(String path, Tokenizer tokenizer) implements Serializable {
  private static final Logger LOG = LoggerFactory.getLogger(NonfiniteDirectory.class);

  /** Keeps a step and says in a clause where, or why not: that must not end a training. */
  public String keep(NonfiniteStep step) {
    Path file = new Path(path, "step-" + step.step() + ".json");
    String kept = "the batch is in " + file;
    try {
      FileSystem files = file.getFileSystem();
      if (!files.exists(file)) {
        write(files, file, step.toJson(tokenizer));
        LOG.warn("{}; {}", step.toLine(), kept);
      }
    } catch (IOException e) {
      kept = "the batch could not be kept in " + path + ": " + e;
      LOG.error("{}; {}", step.toLine(), kept);
    }
    return kept;
  }

  /** Keeps the weights of the step before, as a saved model: {@code weights-of-step-N}. */
  void keepWeights(TrainingConfig config, TrainedModel model) {
    Path directory = new Path(path, "weights-of-step-" + model.step());
    try {
      FileSystem files = directory.getFileSystem();
      if (!files.exists(directory)) {
        ModelConfig ofModel =
            ModelConfig.of(config, tokenizer.vocabulary(), model.step(), model.sha256());
        Map<String, byte[]> contents =
            SavedModel.files(ofModel, tokenizer.vocabulary(), model.safetensors());
        for (Map.Entry<String, byte[]> file : contents.entrySet()) {
          write(files, new Path(directory, file.getKey()), file.getValue());
        }
      }
      LOG.warn("the weights of step {} are in {}", model.step(), directory);
    } catch (IOException e) {
      LOG.error("the weights could not be kept in {}", directory, e);
    }
  }

  // Written aside, so that a process that is killed leaves no half of a file.
  private static void write(FileSystem files, Path file, byte[] json) throws IOException {
    Path aside = file.suffix(".new");
    try (OutputStream out = files.create(aside, WriteMode.OVERWRITE)) {
      out.write(json);
    }
    if (!files.rename(aside, file)) {
      throw new IOException("cannot rename " + aside + " to " + file);
    }
  }
}
