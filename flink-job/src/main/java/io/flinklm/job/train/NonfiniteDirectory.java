package io.flinklm.job.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinklm.job.models.Lineage;
import io.flinklm.job.models.TrainedModel;
import io.flinklm.json.Json;
import io.flinklm.saved.ModelConfig;
import io.flinklm.saved.SavedModel;
import io.flinklm.text.Tokenizer;
import io.flinklm.train.NonfiniteStep;
import io.flinklm.train.TrainingConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Map;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where steps are kept that were not taken because they gave NaN or infinity, to be looked at:
 * {@code step-N.json}, which holds the batch. Of several in a row, which would all have been step
 * N, the first is kept, so that an endless row of them does not fill the disk. What another
 * training left here stays: then a part of the lineage is in the name too.
 *
 * @param path of the directory, on any file system that Flink knows
 * @param tokenizer that turns token ids back into text
 */
public record NonfiniteDirectory(String path, Tokenizer tokenizer) implements Serializable {
  private static final String JSON = ".json";
  private static final String LINEAGE = "lineage";
  private static final Logger LOG = LoggerFactory.getLogger(NonfiniteDirectory.class);

  /** Keeps a step and says in a clause where, or why not: that must not end a training. */
  public String keep(NonfiniteStep step) {
    return keep(step, Lineage.NONE);
  }

  /** The same of a training of which others may have left steps here. */
  String keep(NonfiniteStep step, Lineage lineage) {
    try {
      String name = "step-" + step.step();
      Path file = new Path(path, name + JSON);
      FileSystem files = file.getFileSystem();
      if (files.exists(file) && !of(files, file).equals(lineage.name())) {
        file = new Path(path, lineage.beside(name) + JSON);
      }
      String kept = "the batch is in " + file;
      if (!files.exists(file)) {
        write(files, file, toJson(step, lineage));
        LOG.warn("{}; {}", step.toLine(), kept);
      }
      return kept;
    } catch (IOException e) {
      String lost = "the batch could not be kept in " + path + ": " + e;
      LOG.error("{}; {}", step.toLine(), lost);
      return lost;
    }
  }

  private byte[] toJson(NonfiniteStep step, Lineage lineage) throws IOException {
    ObjectNode json = (ObjectNode) Json.TOLERANT.readTree(step.toJson(tokenizer));
    json.put(LINEAGE, lineage.name());
    return Json.indented(json);
  }

  private static String of(FileSystem files, Path file) throws IOException {
    try (InputStream in = files.open(file)) {
      return Json.TOLERANT.readTree(in).path(LINEAGE).asText();
    } catch (JsonProcessingException e) {
      return "of nobody: " + e.getOriginalMessage();
    }
  }

  /** Keeps the weights of the step before, as a saved model: {@code weights-of-step-N}. */
  void keepWeights(TrainingConfig config, TrainedModel model) {
    String name = "weights-of-step-" + model.step();
    ModelConfig ofModel = ModelConfig.of(config, tokenizer, model.step(), model.sha256());
    Map<String, byte[]> contents = SavedModel.files(ofModel, tokenizer, model.safetensors());
    try {
      Path directory = new Path(path, name);
      FileSystem files = directory.getFileSystem();
      Path there = new Path(directory, SavedModel.CONFIG);
      if (files.exists(there) && !isSame(files, there, contents.get(SavedModel.CONFIG))) {
        directory = new Path(path, model.lineage().beside(name));
      }
      // The weights are the last of the files: where they are, all are.
      if (!files.exists(new Path(directory, SavedModel.WEIGHTS))) {
        for (Map.Entry<String, byte[]> file : contents.entrySet()) {
          write(files, new Path(directory, file.getKey()), file.getValue());
        }
      }
      LOG.warn("the weights of step {} are in {}", model.step(), directory);
    } catch (IOException e) {
      LOG.error("the weights could not be kept in {}", path, e);
    }
  }

  private static boolean isSame(FileSystem files, Path file, byte[] content) throws IOException {
    try (InputStream in = files.open(file)) {
      return Arrays.equals(in.readAllBytes(), content);
    }
  }

  // Written aside, so that a process that is killed leaves no half of a file.
  private static void write(FileSystem files, Path file, byte[] json) throws IOException {
    Path aside = file.suffix(".new");
    try (OutputStream out = files.create(aside, WriteMode.OVERWRITE)) {
      out.write(json);
    }
    files.delete(file, false);
    if (!files.rename(aside, file)) {
      throw new IOException("cannot rename " + aside + " to " + file);
    }
  }
}
