package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flinklm.engine.PyTorch;
import io.flinklm.lane.Batch;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Segment;
import io.flinklm.net.LanguageModel;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.NetConfig;
import io.flinklm.saved.SavedModel;
import io.flinklm.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartingWeightsTest {
  private static final TrainingConfig CONFIG = SmallRun.config(0);
  private static final LanguageModel MODEL = LanguageModels.of(CONFIG.net());
  private static final Batch BATCH =
      new Batch(
          Segment.FIRST, 0, List.of(new Chunk(0, Segment.FIRST, 0, true, new int[] {1, 2, 3})));

  private final NDManager manager = PyTorch.newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void thoseOfASavedModelAreItsBits(@TempDir Path directory) throws IOException {
    WrittenModel written = WrittenModel.in(directory, manager);
    SavedModel saved = SavedModel.read(directory, manager);
    LanguageModel model = LanguageModels.of(saved.config().net());

    Weights weights = Weights.startingFrom(saved.parameters(), model, manager);

    assertThat(weights.sha256())
        .isEqualTo(saved.config().weightsSha256())
        .isEqualTo(written.weights().sha256());
  }

  @Test
  void theyStartWithoutMomentsAndSteps() {
    Weights trained = Weights.initial(MODEL, 1, manager);
    new Learner(CONFIG, MODEL, trained, manager).train(BATCH);

    Weights weights = Weights.startingFrom(trained.parameters(), MODEL, manager);

    assertThat(weights.step()).isZero();
    for (Weights.Trained t : weights.tensors()) {
      assertThat(t.mean().toFloatArray()).containsOnly(0);
      assertThat(t.variance().toFloatArray()).containsOnly(0);
    }
  }

  @Test
  void trainingGoesOnFromThemAsItWouldFromTheOriginals() {
    Weights originals = Weights.initial(MODEL, 1, manager);
    String before = originals.sha256();
    Weights weights = Weights.startingFrom(originals.parameters(), MODEL, manager);

    new Learner(CONFIG, MODEL, weights, manager).train(BATCH);

    assertThat(weights.step()).isEqualTo(1);
    assertThat(weights.sha256()).isNotEqualTo(before);
    assertThat(originals.sha256()).isEqualTo(before);
    new Learner(CONFIG, MODEL, originals, manager).train(BATCH);
    assertThat(weights.sha256()).isEqualTo(originals.sha256());
  }

  @Test
  void theSourceMayBeClosed() {
    Weights weights;
    String expected;
    try (NDManager source = manager.newSubManager()) {
      Weights originals = Weights.initial(MODEL, 1, source);
      expected = originals.sha256();
      weights = Weights.startingFrom(originals.parameters(), MODEL, manager);
    }

    assertThat(weights.sha256()).isEqualTo(expected);
    new Learner(CONFIG, MODEL, weights, manager).train(BATCH);
    assertThat(weights.sha256()).isNotEqualTo(expected);
  }

  @Test
  void valuesOfAnotherModelAreRefused() {
    NetConfig net = CONFIG.net();
    NetConfig wider = new NetConfig(net.model(), net.vocabulary(), 9, net.layers(), 0);
    Map<String, NDArray> values =
        Weights.initial(LanguageModels.of(wider), 1, manager).parameters();

    assertThatThrownBy(() -> Weights.startingFrom(values, MODEL, manager))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected i_h.weight (7, 8)");
  }
}
