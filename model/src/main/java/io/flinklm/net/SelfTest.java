package io.flinklm.net;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flinklm.engine.PyTorch;
import io.flinklm.engine.PyTorch.GradientMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a process found out about its engine before its first step: whether it computes a model
 * rightly on this machine. The engine is compared with the chapter's own cell, or with itself in
 * float64 where a model has no such cell: in training (forward and gradients) and in inference, at
 * the very shape that is about to be trained. All numbers are fixed.
 *
 * @param way to find gradients: the fastest of those that are right here
 * @param warning one line for a person, if a faster way is wrong here
 */
public record SelfTest(BackpropagationWay way, Optional<String> warning) {
  private static final int TIME = 3;

  // Training drops, and a way may take other turns where it does.
  private static final Dropout DROPOUT = Dropout.of(0, 1);

  // Multiplications in a forward pass of the test: it takes less than a tenth of a second.
  private static final long AFFORDABLE = 40_000_000;

  // Of the process, as the engine is: each shape is compared once, whoever asks first.
  private static final Map<Asked, SelfTest> FOUND = new ConcurrentHashMap<>();

  private record Asked(NetConfig net, Cell cell, int rows, Device device) {}

  /** What differs of a model, the most. */
  private record Found(Difference inInference, Difference inTraining) {
    private Found or(Difference inference, Difference training) {
      return new Found(inInference.or(inference), inTraining.or(training));
    }

    private boolean isRight() {
      return inInference.isRight() && inTraining.isRight();
    }
  }

  /**
   * Tests the engine for a model; asked again, it answers what it found the first time.
   *
   * @param net shape of the model
   * @param cell who computes its LSTM
   * @param rows of the batches that will come
   * @throws WrongArithmeticException if no way is right
   */
  public static SelfTest of(NetConfig net, Cell cell, int rows, Device device) {
    // With as many words as the embedding is wide, or fewer, each way takes the same turns as with
    // all.
    NetConfig small = net.withVocabulary(Math.min(net.vocabulary(), net.embedding()));
    return FOUND.computeIfAbsent(
        new Asked(small, cell, rows, device),
        asked -> test(LanguageModels.of(small, cell), small, cell, rows, device));
  }

  /** Tests a model that may not be the one of its name: so that a test can plant a fault. */
  static SelfTest test(LanguageModel model, NetConfig net, Cell cell, int rows, Device device) {
    List<String> refused = new ArrayList<>();
    for (BackpropagationWay way : BackpropagationWay.values()) {
      if (way.canCompute(model, device)) {
        Found found = compare(model, way, net, cell, rows, device);
        if (!found.inInference.isRight()) {
          throw wrong(net, cell, rows, device, found.inInference + " in inference");
        }
        if (found.inTraining.isRight()) {
          return new SelfTest(
              way, refused.stream().findFirst().map(of -> warning(net, device, of)));
        }
        refused.add(found.inTraining + " in training");
      }
    }
    throw wrong(net, cell, rows, device, refused.get(0));
  }

  private static Found compare(
      LanguageModel model,
      BackpropagationWay way,
      NetConfig net,
      Cell cell,
      int rows,
      Device device) {
    LanguageModel chapters = LanguageModels.of(net, Cell.SCRATCH);
    // What the engine computes itself in both has only another type to be compared with.
    boolean hasOtherCell = cell == Cell.ENGINE && hasCell(net);
    DataType type = hasOtherCell ? DataType.FLOAT32 : DataType.FLOAT64;
    Found found = new Found(Difference.NONE, Difference.NONE);
    try (NDManager there = PyTorch.newManager(device);
        NDManager here = PyTorch.newManager(Device.cpu());
        GradientMode mode = GradientMode.off()) {
      FixedNumbers given = FixedNumbers.of(net, DataType.FLOAT32, there);
      FixedNumbers reference =
          type == DataType.FLOAT32 && !device.isGpu() ? given : FixedNumbers.of(net, type, here);
      Backpropagation right = BackpropagationWay.ENGINE.load(chapters, here);
      Backpropagation tested = way.load(model, there);
      for (int batch : new int[] {1, affordable(rows, model)}) {
        try (NDManager scope = there.newSubManager();
            NDManager referenceScope = here.newSubManager()) {
          Difference inInference =
              Difference.between(
                  given.inference(model, batch, TIME, scope),
                  reference.inference(chapters, batch, TIME, referenceScope));
          Difference inTraining =
              Difference.between(
                  given.training(tested, batch, TIME, DROPOUT, scope),
                  reference.training(right, batch, TIME, DROPOUT, referenceScope));
          found = found.or(inInference, inTraining);
        }
      }
    }
    return found;
  }

  private static int affordable(int rows, LanguageModel model) {
    long parameters = model.parameterCount();
    return (int) Math.max(2, Math.min(rows, AFFORDABLE / (TIME * parameters)));
  }

  private static String warning(NetConfig net, Device device, String difference) {
    return where(net, device, difference)
        + "; the training goes on another way that is right here, and slower";
  }

  private static WrongArithmeticException wrong(
      NetConfig net, Cell cell, int rows, Device device, String difference) {
    boolean scratchIsRight =
        cell == Cell.ENGINE
            && hasCell(net)
            && compare(
                    LanguageModels.of(net, Cell.SCRATCH),
                    BackpropagationWay.ENGINE,
                    net,
                    Cell.SCRATCH,
                    rows,
                    device)
                .isRight();
    String helps =
        device.isGpu()
            ? "NVIDIA_TF32_OVERRIDE=0 in the environment lets a GPU compute in full float32"
            : "ONEDNN_MAX_CPU_ISA=AVX2 in the environment lets the engine use older instructions";
    return new WrongArithmeticException(
        where(net, device, difference)
            + "; "
            + (scratchIsRight
                ? "--cell scratch computes with the chapter's cell, which is right here"
                : helps));
  }

  private static String where(NetConfig net, Device device, String difference) {
    return String.format(
        Locale.ROOT,
        "the engine computes %s with %shidden %d and %d layers wrongly on this machine (%s): %s from"
            + " %s, and %.4f is allowed",
        net.model(),
        net.embedding() == net.hidden() ? "" : "embedding " + net.embedding() + ", ",
        net.hidden(),
        net.layers(),
        MachineKind.of(device).toClause(),
        difference,
        hasCell(net) ? "the chapter's cell" : "float64",
        Difference.TOLERANCE);
  }

  private static boolean hasCell(NetConfig net) {
    return ModelKind.named(net.model()).filter(ModelKind::hasCell).isPresent();
  }
}
