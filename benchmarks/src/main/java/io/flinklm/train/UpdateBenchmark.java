package io.flinklm.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flinklm.engine.PyTorch;
import io.flinklm.engine.PyTorch.GradientMode;
import io.flinklm.net.Cell;
import io.flinklm.net.LanguageModel;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.NetConfig;
import io.flinklm.weights.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The optimizer's update of all of LMModel7's parameters. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class UpdateBenchmark {
  private static final int VOCABULARY = 30;
  private static final double LEARNING_RATE = 1e-3;
  private static final double MOMENTUM = 0.7;

  /** Width of the model. */
  @Param({"64", "256"})
  public int hidden;

  private NDManager manager;
  private AdamW optimizer;
  private Weights weights;
  private Map<String, NDArray> gradients;

  /** Weights, and gradients that stay as they are. */
  @Setup
  public void begin() {
    manager = PyTorch.newManager(Device.cpu());
    Fit fit = Fit.of("lmmodel7");
    LanguageModel model =
        LanguageModels.of(
            new NetConfig(fit.model(), VOCABULARY, hidden, fit.layers(), fit.dropout()),
            Cell.ENGINE);
    weights = Weights.initial(model, 0, manager);
    optimizer = new AdamW(weights, fit.weightDecay(), StepFunctions.load(manager));
    gradients = new LinkedHashMap<>();
    weights.parameters().forEach((name, value) -> gradients.put(name, value.duplicate()));
  }

  /** One update. */
  @Benchmark
  public long update() {
    try (GradientMode mode = GradientMode.off();
        NDManager scope = manager.newSubManager()) {
      optimizer.update(gradients, LEARNING_RATE, MOMENTUM, scope);
    }
    return weights.step();
  }

  /** Lets go of the engine's memory. */
  @TearDown
  public void end() {
    manager.close();
  }
}
