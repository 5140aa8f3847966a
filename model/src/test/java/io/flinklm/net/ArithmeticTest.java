package io.flinklm.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flinklm.engine.PyTorch;
import io.flinklm.engine.PyTorch.GradientMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The engine computes the recurrent models rightly at every width, in training and in inference: in
 * float32 it agrees with the chapter's cell in float64, or with itself in float64 where a model has
 * no such cell. The build runs it twice, with the engine's own choice of instructions and with
 * older ones.
 */
@Tag("arithmetic")
class ArithmeticTest {
  private static final int[] WIDTHS =
      IntStream.concat(
              IntStream.rangeClosed(1, 80),
              IntStream.of(96, 100, 127, 128, 129, 130, 160, 200, 255, 256, 257))
          .toArray();
  private static final int LAYERS = 3;
  private static final int[] BATCHES = {1, 2, 5, 64};
  private static final int[] TIMES = {1, 3, 16};

  // Fewer and more words than each model is wide, since that decides how the first layer is passed.
  private static final int[] VOCABULARIES = {7, 300};

  private static final double TOLERANCE = 1e-5;

  /** A shape to compute, and how it is shown where it is wrong. */
  private record Case(int width, int layers, int batch, int time, int vocabulary) {

    // The sizes change at rates of their own, so that each meets each.
    static Case of(int number) {
      int width = WIDTHS[number / LAYERS];
      int batch = BATCHES[number % BATCHES.length];
      int time = TIMES[number / BATCHES.length % TIMES.length];
      boolean costly = width > 130 && batch * time > 64;
      return new Case(
          width,
          1 + number % LAYERS,
          batch,
          costly ? 1 : time,
          VOCABULARIES[number / 2 % VOCABULARIES.length]);
    }

    static Stream<Case> all() {
      return IntStream.range(0, WIDTHS.length * LAYERS).mapToObj(Case::of);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lmmodel5", "lmmodel6", "lmmodel7", "gru", "awd-lstm"})
  void theEngineIsRightAtEveryWidth(String name) {
    List<String> wrong = new ArrayList<>();
    Case.all().forEach(of -> wrong.addAll(wrong(name, of)));
    assertThat(wrong).as("on %s", MachineKind.of(Device.cpu()).toClause()).isEmpty();
  }

  /** Where the embedding has a width of its own, a quarter of the cases. */
  @ParameterizedTest
  @ValueSource(strings = {"lmmodel5", "lmmodel6"})
  void theEngineIsRightAtOtherWidthsOfTheEmbedding(String name) {
    List<String> wrong = new ArrayList<>();
    for (int number = name.equals("lmmodel5") ? 0 : 1;
        number < WIDTHS.length * LAYERS;
        number += 4) {
      Case of = Case.of(number);
      int embedding = WIDTHS[(7 * number + 3) % WIDTHS.length];
      wrong.addAll(
          wrong(
              new NetConfig(
                  name,
                  of.vocabulary,
                  of.width,
                  of.layers,
                  0,
                  embedding,
                  AwdDropout.usual(name, 0)),
              of));
    }
    assertThat(wrong).as("on %s", MachineKind.of(Device.cpu()).toClause()).isEmpty();
  }

  @Test
  void everyLayerBatchAndTimeIsAmongTheCases() {
    List<Case> cases = Case.all().toList();
    for (int layers = 1; layers <= LAYERS; layers++) {
      for (int batch : BATCHES) {
        assertThat(cases).extracting(Case::layers, Case::batch).contains(tuple(layers, batch));
        for (int time : TIMES) {
          assertThat(cases).extracting(Case::batch, Case::time).contains(tuple(batch, time));
          assertThat(cases).extracting(Case::layers, Case::time).contains(tuple(layers, time));
        }
      }
    }
  }

  private static List<String> wrong(String name, Case of) {
    return wrong(new NetConfig(name, of.vocabulary, of.width, of.layers, 0), of);
  }

  private static List<String> wrong(NetConfig net, Case of) {
    LanguageModel model = LanguageModels.of(net);
    List<String> wrong = new ArrayList<>();
    try (NDManager scope = PyTorch.newManager(Device.cpu());
        GradientMode mode = GradientMode.off()) {
      FixedNumbers numbers = FixedNumbers.of(net, DataType.FLOAT32, scope);
      Map<String, NDArray> expected =
          FixedNumbers.of(net, DataType.FLOAT64, scope)
              .training(
                  BackpropagationWay.ENGINE.load(LanguageModels.of(net, Cell.SCRATCH), scope),
                  of.batch,
                  of.time,
                  Dropout.NONE,
                  scope);
      compare(
          "inference " + net + of,
          numbers.inference(model, of.batch, of.time, scope),
          expected,
          wrong);
      for (BackpropagationWay way : BackpropagationWay.values()) {
        if (way.canCompute(model, Device.cpu())) {
          compare(
              way + " " + net + of,
              numbers.training(way.load(model, scope), of.batch, of.time, Dropout.NONE, scope),
              expected,
              wrong);
        }
      }
    }
    return wrong;
  }

  private static void compare(
      String what, Map<String, NDArray> found, Map<String, NDArray> expected, List<String> wrong) {
    found.forEach(
        (part, array) -> {
          double difference = difference(array.toFloatArray(), expected.get(part).toDoubleArray());
          if (!(difference <= TOLERANCE)) {
            wrong.add(what + ": " + part + " by " + difference);
          }
        });
  }

  private static double difference(float[] found, double[] expected) {
    double different = 0;
    double size = 0;
    for (int i = 0; i < expected.length; i++) {
      different += (found[i] - expected[i]) * (found[i] - expected[i]);
      size += expected[i] * expected[i];
    }
    return Math.sqrt(different / size);
  }
}
