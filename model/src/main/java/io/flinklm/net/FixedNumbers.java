package io.flinklm.net;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flinklm.engine.RandomStream;
import io.flinklm.net.Backpropagation.OutputGradients;
import io.flinklm.net.Backpropagation.Pass;
import io.flinklm.net.Parameter.Initial;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Parameters, inputs and hidden states that are the same on every machine, so that what two ways
 * make of them can be compared.
 *
 * @param net shape of the model that they are for
 * @param drawn values between -1 and 1, which all others repeat
 * @param parameters of the model, by name
 */
record FixedNumbers(NetConfig net, NDArray drawn, Map<String, NDArray> parameters) {
  // A prime number of values: where they repeat, no two rows of a matrix are alike.
  private static final int DRAWN = 4099;

  /** Numbers of a type that live as long as a manager. */
  static FixedNumbers of(NetConfig net, DataType type, NDManager manager) {
    RandomStream random = new RandomStream(0, 0, "fixed numbers");
    float[] values = new float[DRAWN];
    for (int i = 0; i < DRAWN; i++) {
      values[i] = (float) (2 * random.nextDouble() - 1);
    }
    NDArray drawn = manager.create(values).toType(type, false);
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    for (Parameter parameter : LanguageModels.of(net).parameters()) {
      double bound = parameter.initial() instanceof Initial.Uniform uniform ? uniform.bound() : 1;
      NDArray scaled = drawn.mul(bound);
      parameters.put(parameter.name(), values(scaled, parameter.shape()));
    }
    return new FixedNumbers(net, drawn, parameters);
  }

  /**
   * What training computes of them: logits, next hidden states and gradients, by name.
   *
   * @param rows of the batch
   * @param time tokens of each row
   * @param dropout what is dropped on the way
   * @param scope of the results
   */
  Map<String, NDArray> training(
      Backpropagation way, int rows, int time, Dropout dropout, NDManager scope) {
    Pass pass =
        way.forward(parameters, inputs(rows, time, scope), states(rows, scope), dropout, scope);
    Forward forward = pass.forward();
    Map<String, NDArray> results = results(forward);
    OutputGradients of =
        new OutputGradients(
            like(forward.logits(), scope),
            Optional.ofNullable(forward.raw()).map(raw -> like(raw, scope)),
            Optional.ofNullable(forward.dropped()).map(dropped -> like(dropped, scope)));
    pass.gradients(of).forEach((name, gradient) -> results.put("gradient of " + name, gradient));
    return results;
  }

  /** What evaluation and prediction compute of them: logits and next hidden states, by name. */
  Map<String, NDArray> inference(LanguageModel model, int rows, int time, NDManager scope) {
    return results(forward(model, rows, time, Dropout.NONE, scope));
  }

  /** A forward pass of them. */
  Forward forward(LanguageModel model, int rows, int time, Dropout dropout, NDManager scope) {
    return model.forward(parameters, inputs(rows, time, scope), states(rows, scope), dropout);
  }

  private static Map<String, NDArray> results(Forward forward) {
    Map<String, NDArray> results = new LinkedHashMap<>();
    results.put("logits", forward.logits());
    for (int part = 0; part < forward.states().size(); part++) {
      results.put(part == 0 ? "h" : "c", forward.states().get(part));
    }
    return results;
  }

  private NDArray like(NDArray output, NDManager scope) {
    return in(scope, output.getShape());
  }

  private NDArray in(NDManager scope, Shape shape) {
    NDArray alias = drawn.stopGradient();
    alias.attach(scope);
    return values(alias, shape);
  }

  private static NDArray values(NDArray drawn, Shape shape) {
    long size = shape.size();
    NDArray repeated = size <= DRAWN ? drawn : drawn.tile((size + DRAWN - 1) / DRAWN);
    return repeated.get(new NDIndex(":{}", size)).reshape(shape);
  }

  private NDArray inputs(int rows, int time, NDManager scope) {
    long[] ids = new long[rows * time];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = i % net.vocabulary();
    }
    return scope.create(ids, new Shape(rows, time));
  }

  private NDList states(int rows, NDManager scope) {
    NDList states = new NDList();
    int parts = LanguageModels.of(net).stateParts();
    for (int part = 0; part < parts; part++) {
      // The parts differ: the second begins where the first ends.
      states.add(in(scope, new Shape(parts, net.layers(), rows, net.hidden())).get(part));
    }
    return states;
  }
}
