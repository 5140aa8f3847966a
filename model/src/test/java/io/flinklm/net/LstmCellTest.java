package io.flinklm.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.flinklm.engine.PyTorch;
import io.flinklm.engine.PyTorch.GradientMode;
import io.flinklm.engine.RandomStream;
import io.flinklm.net.FourGateLstmCell.Gate;
import io.flinklm.net.RecurrentLayers.Kind;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The chapter's two cells and the engine's LSTM are one function. */
@Tag("arithmetic")
class LstmCellTest {
  private static final int HIDDEN = 6;
  private static final int BATCH = 3;
  private static final int TIME = 5;
  private static final float TOLERANCE = 1e-6f;

  private final NDManager manager = PyTorch.newManager(Device.cpu());
  private final GradientMode mode = GradientMode.on();

  @AfterEach
  void close() {
    mode.close();
    manager.close();
  }

  @Test
  void fromScratchAndTheEngineAgreeInOutputsStatesAndGradients() {
    List<float[]> engine = pass(Cell.ENGINE);
    List<float[]> scratch = pass(Cell.SCRATCH);

    assertThat(scratch).hasSameSizeAs(engine).hasSize(3 + 8);
    for (int i = 0; i < engine.size(); i++) {
      assertThat(scratch.get(i)).as("part %d", i).containsExactly(engine.get(i), within(TOLERANCE));
    }
  }

  @Test
  void fourGatesAndTheirRefactoringAgreeInStatesAndGradients() {
    Map<String, NDArray> weights = weights(1);
    NDArray inputWeight = weights.get("rnn.weight_ih_l0");
    NDArray hiddenWeight = weights.get("rnn.weight_hh_l0");
    NDArray inputBias = weights.get("rnn.bias_ih_l0");
    NDArray hiddenBias = weights.get("rnn.bias_hh_l0");
    List<Gate> gates = new ArrayList<>();
    for (int gate = 0; gate < 4; gate++) {
      NDIndex rows = new NDIndex("{}:{}", gate * HIDDEN, (gate + 1) * HIDDEN);
      // In the chapter's first form the hidden state stands before the input.
      NDArray weight = hiddenWeight.get(rows).concat(inputWeight.get(rows), 1);
      gates.add(new Gate(weight, inputBias.get(rows).add(hiddenBias.get(rows))));
    }
    LstmCell refactored = new LstmCell(inputWeight, hiddenWeight, inputBias, hiddenBias);
    FourGateLstmCell four =
        new FourGateLstmCell(gates.get(1), gates.get(0), gates.get(2), gates.get(3));
    NDArray input = numbers("input", new Shape(BATCH, HIDDEN));
    NDList state =
        new NDList(numbers("h", new Shape(BATCH, HIDDEN)), numbers("c", new Shape(BATCH, HIDDEN)));

    List<float[]> ofFour = states(four.step(input, state), weights);
    weights.values().forEach(weight -> weight.getGradient().set(new float[size(weight)]));
    List<float[]> ofRefactored = states(refactored.step(input, state), weights);

    assertThat(ofFour).hasSize(2 + 4);
    for (int i = 0; i < ofFour.size(); i++) {
      assertThat(ofRefactored.get(i)).containsExactly(ofFour.get(i), within(TOLERANCE));
    }
  }

  private List<float[]> states(NDList next, Map<String, NDArray> weights) {
    PyTorch.backward(next.get(0).square().sum().add(next.get(1).sum()));
    List<float[]> values = new ArrayList<>();
    next.forEach(part -> values.add(part.toFloatArray()));
    weights.values().forEach(weight -> values.add(weight.getGradient().toFloatArray()));
    return values;
  }

  private static int size(NDArray array) {
    return Math.toIntExact(array.size());
  }

  // Outputs, next states and the gradients of all weights.
  private List<float[]> pass(Cell cell) {
    RecurrentLayers layers = new RecurrentLayers(Kind.LSTM, HIDDEN, HIDDEN, 2, cell);
    Map<String, NDArray> weights = weights(2);
    NDArray inputs = numbers("inputs", new Shape(BATCH, TIME, HIDDEN));
    Shape shape = new Shape(2, BATCH, HIDDEN);
    NDList out =
        layers.forward(weights, inputs, new NDList(numbers("h", shape), numbers("c", shape)));
    PyTorch.backward(NDArrays.add(out.get(0).square().sum(), out.get(2).sum()));
    List<float[]> values = new ArrayList<>();
    out.forEach(part -> values.add(part.toFloatArray()));
    for (Parameter parameter : layers.parameters()) {
      values.add(weights.get(parameter.name()).getGradient().toFloatArray());
    }
    return values;
  }

  private Map<String, NDArray> weights(int layers) {
    Map<String, NDArray> weights = new HashMap<>();
    for (Parameter parameter :
        new RecurrentLayers(Kind.LSTM, HIDDEN, HIDDEN, layers, Cell.ENGINE).parameters()) {
      NDArray weight =
          manager.create(FloatBuffer.wrap(parameter.initialValues(1)), parameter.shape());
      weight.setRequiresGradient(true);
      weights.put(parameter.name(), weight);
    }
    return weights;
  }

  private NDArray numbers(String name, Shape shape) {
    RandomStream random = new RandomStream(0, 0, name);
    float[] values = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return manager.create(FloatBuffer.wrap(values), shape);
  }
}
