package io.flinklm.cli.run;

import io.flinklm.job.models.ModelDirectory;
import io.flinklm.json.Json;
import io.flinklm.saved.SavedModel;
import io.flinklm.text.TokenizerKind;
import io.flinklm.train.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * The models that a run leaves in its output directory: those of its checkpoints, which its job
 * puts into a directory of their own, and the last one, a copy of the newest of them.
 *
 * @param out the output directory
 */
record RunModels(Path out) {
  /** Where the job puts the models of its checkpoints. */
  Path directory() {
    return out.resolve("models");
  }

  /** The same, as the job knows it. */
  ModelDirectory ofJob(int keep) {
    return new ModelDirectory(directory().toString(), keep);
  }

  /** Whether the job has put the model of a run's end in place. */
  boolean have(Report.RunEnd end) throws IOException {
    Path config = directory().resolve("step-" + end.step()).resolve(SavedModel.CONFIG);
    return Files.exists(config)
        && Json.TOLERANT
            .readTree(Files.readAllBytes(config))
            .path("weights_sha256")
            .asText()
            .equals(end.weightsSha256());
  }

  private static List<String> filesOf(Path model) {
    return Stream.concat(
            Stream.of(TokenizerKind.values())
                .map(TokenizerKind::file)
                .distinct()
                .filter(file -> Files.exists(model.resolve(file))),
            Stream.of(SavedModel.CONFIG, SavedModel.WEIGHTS))
        .toList();
  }

  /** Copies the newest model, if there is one, to the output directory itself. */
  void keepNewest() throws IOException {
    Path model = directory().resolve(ModelDirectory.LATEST);
    if (!Files.exists(model)) {
      return;
    }
    for (String file : filesOf(model)) {
      Path aside = out.resolve(file + ".new");
      Files.copy(model.resolve(file), aside, StandardCopyOption.REPLACE_EXISTING);
      Files.move(aside, out.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
