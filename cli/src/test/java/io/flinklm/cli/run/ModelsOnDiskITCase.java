package io.flinklm.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flinklm.UserMistake;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import io.flinklm.cli.fixture.RunFiles;
import io.flinklm.engine.DeviceChoice;
import io.flinklm.engine.PyTorch;
import io.flinklm.lane.Lanes;
import io.flinklm.net.Cell;
import io.flinklm.saved.ModelConfig;
import io.flinklm.saved.SavedModel;
import io.flinklm.text.Corpus;
import io.flinklm.train.Fit;
import io.flinklm.train.OnNonfinite;
import io.flinklm.train.PlainLoop;
import io.flinklm.train.Report;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The models that a run leaves on the way: whole, of the steps that they say, and not too many. */
class ModelsOnDiskITCase {
  private static final int EPOCHS = 12;

  @TempDir private Path directory;

  @Test
  void eachIsWholeWheneverItIsReadAndHasTheWeightsOfItsStep() throws Exception {
    Map<Long, String> read = new TreeMap<>();
    try (Command run =
        Command.start(
            directory,
            "run",
            "--port=0",
            "--json",
            "--epochs=" + EPOCHS,
            "--hidden=16",
            "--checkpoint-interval=1",
            "--export-every=0",
            "--keep=2")) {
      while (run.process().isAlive()) {
        readLatest().ifPresent(config -> read.put(config.step(), config.weightsSha256()));
      }
      Ended ended = run.await();
      JsonNode results = ended.json();
      ModelConfig last = readLatest().orElseThrow();
      assertThat(last.weightsSha256()).isEqualTo(results.get("weights_sha256").asText());
    }

    assertThat(read).hasSizeGreaterThan(1);
    assertThat(weightsByStep()).containsAllEntriesOf(read);
    Path best = directory.resolve("out/models/best").toRealPath();
    assertThat(models()).as("the best, and of --keep=2").hasSizeBetween(2, 3);
    assertThat(models()).extracting(Path::toRealPath).contains(best);
    JsonNode manifest = new JsonMapper().readTree(best.resolve("manifest.json").toFile());
    assertThat(manifest.get("valid_loss").asDouble()).isEqualTo(leastValidLoss());
    assertThat(Files.readAllBytes(models().get(models().size() - 1).resolve(SavedModel.WEIGHTS)))
        .as("the last one, in --out itself")
        .isEqualTo(new RunFiles(directory.resolve("out")).weights());
    requireCard(directory.resolve("out/models/latest/card.json"), read);
    requireRollback(models().get(0));
  }

  private double leastValidLoss() throws Exception {
    return MetricsFile.read(directory.resolve("out/metrics.jsonl")).stream()
        .filter(report -> report instanceof Report.SegmentEnd && report.split().equals("valid"))
        .mapToDouble(Report::loss)
        .min()
        .orElseThrow();
  }

  private Optional<ModelConfig> readLatest() throws Exception {
    Path latest = directory.resolve("out/models/latest");
    if (!Files.exists(latest)) {
      return Optional.empty();
    }
    // Where it leads to stays while it does; a newer one is another directory.
    Path directory = latest.toRealPath();
    try (NDManager manager = PyTorch.newManager(Device.cpu())) {
      return Optional.of(SavedModel.read(directory, manager).config());
    } catch (UserMistake e) {
      // On a slow machine so many newer ones came meanwhile that this one was pruned.
      assertThat(latest.toRealPath()).as(e.getMessage()).isNotEqualTo(directory);
      return Optional.empty();
    }
  }

  private List<Path> models() throws Exception {
    try (Stream<Path> files = Files.list(directory.resolve("out/models"))) {
      return files
          .filter(file -> file.getFileName().toString().matches("step-\\d+"))
          .sorted(Comparator.comparing(ModelsOnDiskITCase::step))
          .toList();
    }
  }

  private static int step(Path model) {
    return Integer.parseInt(model.getFileName().toString().substring("step-".length()));
  }

  private void requireCard(Path file, Map<Long, String> read) throws Exception {
    JsonNode card = new JsonMapper().readTree(file.toFile());
    JsonNode settings = new JsonMapper().readTree(directory.resolve("out/run.json").toFile());
    assertThat(card.get("offsets")).as("all text is read").isEqualTo(settings.get("end"));
    assertThat(card.get("epoch").asInt()).isEqualTo(EPOCHS - 1);
    assertThat(card.get("weights_sha256").asText()).isEqualTo(read.get(card.get("step").asLong()));
    assertThat(card.get("metrics").get("train_loss").asDouble()).isBetween(0.1, 3.0);
    assertThat(card.get("metrics").get("accuracy").asDouble()).isBetween(0.1, 1.0);
  }

  private void requireRollback(Path model) throws Exception {
    Ended again =
        Command.here(
            directory,
            "run",
            "--port=0",
            "--json",
            "--epochs=1",
            "--hidden=16",
            "--init-from=" + model,
            "--out=again");
    assertThat(again.results().get("steps").asInt()).isPositive();
  }

  private static Map<Long, String> weightsByStep() {
    Corpus corpus = Corpus.humanNumbers();
    Fit fit = Fit.of("lmmodel7");
    Lanes lanes = Lanes.of(corpus.size(), 64, fit.windows(fit.bptt()));
    ModelSettings model =
        new ModelSettings(
            fit.model(), 64, fit.bptt(), 16, 2, 0, DeviceChoice.CPU, Cell.ENGINE, OnNonfinite.STOP);
    Map<Long, String> weights = new TreeMap<>();
    List<Trainer> trainers = new ArrayList<>();
    try (Trainer trainer =
        Trainer.drawn(
            Training.of(
                model.trainingConfig(corpus.tokenizer().size(), lanes.steps(EPOCHS)),
                corpus.tokenizer().fingerprint(),
                PyTorch.device(DeviceChoice.CPU),
                report -> {
                  if (report instanceof Report.Step || report instanceof Report.RunEnd) {
                    weights.put(report.step(), trainers.get(0).weights().sha256());
                  }
                }))) {
      trainers.add(trainer);
      new PlainLoop(corpus.ids(corpus.tokenizer()), lanes).run(trainer, EPOCHS);
    }
    return weights;
  }
}
