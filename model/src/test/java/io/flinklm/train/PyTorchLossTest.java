package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinklm.lane.Lanes;
import io.flinklm.lane.Split;
import io.flinklm.net.Cell;
import io.flinklm.net.NetConfig;
import io.flinklm.saved.ModelConfig;
import io.flinklm.saved.SavedModel;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.WordTokenizer;
import io.flinklm.weights.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The validation loss that a run reports is PyTorch's, with the same weights. */
@Tag("arithmetic")
class PyTorchLossTest {
  private static final Path READER = Path.of("..", "docs", "pytorch");
  private static final int WORDS = 30;
  private static final int BPTT = 16;

  // 23 steps, and 5 windows of each lane to evaluate.
  private static final int TOKENS = 30_000;

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "lmmodel6, 40, 3",
    "lmmodel6, 48, 2",
    "lmmodel7, 72, 2",
    "lmmodel7, 100, 1",
    "awd-lstm, 33, 2",
    "gru, 40, 3"
  })
  void theValidLossIsThatOfPyTorch(String name, int hidden, int layers) throws Exception {
    Optional<PythonWithTorch> python = PythonWithTorch.find();
    assumeTrue(python.isPresent(), PythonWithTorch.MISSING);
    Fit fit = Fit.of(name);
    Lanes lanes = Lanes.of(TOKENS, 64, BPTT);
    int[] corpus = corpus();
    Tokenizer tokenizer =
        WordTokenizer.of(IntStream.range(0, WORDS).mapToObj(i -> "t" + i).toList());
    NetConfig net = new NetConfig(name, WORDS, hidden, layers, fit.dropout());
    TrainingConfig config =
        TrainingConfig.of(
            fit, net, lanes.count(), BPTT, 1, fit.oneCycle(lanes.steps(1)), Cell.ENGINE);
    List<Report> reports = new ArrayList<>();
    try (Trainer trainer =
        Trainer.drawn(Training.of(config, tokenizer.fingerprint(), Device.cpu(), reports::add))) {
      new PlainLoop(corpus, lanes).run(trainer, 1);
      Weights weights = trainer.weights();
      SavedModel.write(
          directory,
          ModelConfig.of(config, tokenizer, weights.step(), weights.sha256()),
          tokenizer,
          weights.toSafetensors());
    }
    new ObjectMapper()
        .writeValue(directory.resolve("windows.json").toFile(), windows(corpus, lanes));

    String script = Path.of(getClass().getResource("/valid_loss.py").toURI()).toString();
    String said = python.get().run(List.of("-B", script, READER.toString(), directory.toString()));

    // The report of the end has the loss of the last segment that was evaluated.
    double found = reports.get(reports.size() - 1).loss();
    assertThat(found).isCloseTo(Double.parseDouble(said.strip()), within(1e-4));
  }

  // Numbers that count up, with mistakes: something to learn, and something to be surprised by.
  private static int[] corpus() {
    Random random = new Random(1);
    int[] corpus = new int[TOKENS];
    for (int i = 1; i < TOKENS; i++) {
      corpus[i] = random.nextInt(8) == 0 ? random.nextInt(WORDS) : (corpus[i - 1] + 1) % WORDS;
    }
    return corpus;
  }

  // Of each window the tokens of all lanes, with the last target.
  private static List<int[][]> windows(int[] corpus, Lanes lanes) {
    List<int[][]> windows = new ArrayList<>();
    for (int index = 0; index < lanes.windows(Split.VALID); index++) {
      int[][] rows = new int[lanes.count()][];
      for (int lane = 0; lane < rows.length; lane++) {
        int start = lanes.index(Split.VALID, lane, index * BPTT);
        rows[lane] = Arrays.copyOfRange(corpus, start, start + BPTT + 1);
      }
      windows.add(rows);
    }
    return windows;
  }
}
