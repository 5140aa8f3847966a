package io.flinklm.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.index.NDIndex;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import io.flinklm.cli.fixture.RunFiles;
import io.flinklm.engine.DeviceChoice;
import io.flinklm.lane.Lanes;
import io.flinklm.lane.Split;
import io.flinklm.net.Cell;
import io.flinklm.saved.ModelConfig;
import io.flinklm.saved.SavedModel;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.WordTokenizer;
import io.flinklm.text.Words;
import io.flinklm.train.OnNonfinite;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import io.flinklm.train.TrainingConfig;
import io.flinklm.weights.Weights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Training on a text with a word that the model it starts from cannot bear: its embedding is so
 * large that every batch with it gives NaN or infinity. It stands in two places, in lanes 5 and 2.
 */
class NonfiniteITCase {
  private static final int LANES = 8;
  private static final int BPTT = 4;
  private static final Pattern LINE =
      Pattern.compile(
          "flink-lm: step 11 gave a loss of (NaN|Infinity) \\(epoch 0, train, index 10; lane 5\\);"
              + " the weights are those of step 10; the batch is in (?<kept>.*?);"
              + " (?<advice>.*)\n");

  @TempDir private Path directory;

  @BeforeEach
  void writeTextAndModel() throws Exception {
    List<String> text = new ArrayList<>(Words.of("one two three four . ".repeat(200)));
    Lanes lanes = Lanes.of(text.size(), LANES, BPTT);
    text.set(lanes.index(Split.TRAIN, 5, 10 * BPTT + 1), "unbearable");
    text.set(lanes.index(Split.TRAIN, 2, 15 * BPTT + 1), "unbearable");
    Files.writeString(directory.resolve("corpus.txt"), String.join(" ", text));
    writeModel(WordTokenizer.of(text));
  }

  private void writeModel(Tokenizer tokenizer) throws Exception {
    ModelSettings settings =
        new ModelSettings(
            "lmmodel4", LANES, BPTT, 64, 1, 0, DeviceChoice.CPU, Cell.ENGINE, OnNonfinite.STOP);
    TrainingConfig config = settings.trainingConfig(tokenizer.size(), 1);
    try (Trainer trainer = Trainer.drawn(Training.of(config, "", Device.cpu(), report -> {}))) {
      Weights weights = trainer.weights();
      NDIndex row = new NDIndex(tokenizer.ids("unbearable")[0]);
      weights.parameters().get("i_h.weight").set(row, 3e38f);
      ModelConfig ofModel = ModelConfig.of(config, tokenizer, 0, weights.sha256());
      SavedModel.write(directory.resolve("model"), ofModel, tokenizer, weights.toSafetensors());
    }
  }

  private Ended run(String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("run", "--epochs=2", "--json", "--port=0"));
    arguments.addAll(List.of("--model=lmmodel4", "--lanes=" + LANES, "--bptt=" + BPTT));
    arguments.addAll(
        List.of(
            "--corpus=" + directory.resolve("corpus.txt"),
            "--init-from=" + directory.resolve("model")));
    arguments.addAll(List.of(more));
    return Command.here(directory, arguments.toArray(String[]::new));
  }

  @Test
  void thePlainLoopStopsWithTheWeightsOfTheStepBefore() throws Exception {
    Ended stopped = run("--plain-loop");

    assertThat(line(stopped)).isEqualTo("to go past it: --on-nonfinite skip");
    JsonNode config = new JsonMapper().readTree(out().resolve(SavedModel.CONFIG).toFile());
    assertThat(config.get("step").asInt()).isEqualTo(10);
    requireKept();
  }

  @Test
  void aRunThatStoppedGoesPastItAsThePlainLoopDoes() throws Exception {
    ObjectNode loop = run("--plain-loop", "--on-nonfinite=skip", "--out=loop").results();
    assertThat(loop.get("refused").get("nonfinite").asInt())
        .as("two batches in each of two epochs")
        .isEqualTo(2 * 2 * LANES * BPTT);
    assertThat(loop.get("tokens_waiting").asInt()).isZero();

    Ended stopped = run();
    String goOn = line(stopped);
    assertThat(goOn)
        .isEqualTo("to go past it: ./flink-lm run --resume --on-nonfinite skip --out " + out());
    requireKept();
    JsonNode config =
        new JsonMapper()
            .readTree(
                out().resolve("nonfinite/weights-of-step-10").resolve(SavedModel.CONFIG).toFile());
    assertThat(config.get("step").asInt()).isEqualTo(10);

    Ended resumed =
        Command.here(directory, "run", "--resume", "--on-nonfinite=skip", "--json", "--port=0");
    assertThat(resumed.results()).isEqualTo(loop);
    assertThat(new RunFiles(out()).reports())
        .isEqualTo(new RunFiles(directory.resolve("loop")).reports());
  }

  private Path out() {
    return directory.resolve("out");
  }

  /** What the one line that a stopped run says ends with. */
  private String line(Ended stopped) {
    assertThat(stopped.code()).as(stopped.toString()).isEqualTo(1);
    Matcher line = LINE.matcher(stopped.err());
    assertThat(line.matches()).as(stopped.err()).isTrue();
    assertThat(line.group("kept")).isEqualTo(out().resolve("nonfinite/step-11.json").toString());
    return line.group("advice");
  }

  private void requireKept() throws Exception {
    JsonNode step = new JsonMapper().readTree(out().resolve("nonfinite/step-11.json").toFile());
    assertThat(step.get("lanes")).hasSize(LANES);
    for (JsonNode lane : step.get("lanes")) {
      assertThat(lane.get("cross_entropy").isNull()).isEqualTo(lane.get("lane").asInt() == 5);
      assertThat(lane.get("text").asText().contains("unbearable"))
          .isEqualTo(lane.get("lane").asInt() == 5);
    }
  }
}
