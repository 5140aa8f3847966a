package io.flinklm.net;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flinklm.engine.TorchScript;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The gradients of the language models with an LSTM or a GRU written out, in two calls of the
 * engine: the functions of {@code lstm.torchscript} or {@code gru.torchscript}. On a processor the
 * matrices of a small model take so little time that the engine's search for gradients, and a call
 * for each operation and each parameter, are a good part of a training step. And what the first
 * layer makes of a word is the same wherever the word stands: it is computed once a word where that
 * is less.
 *
 * @param model whose gradients
 * @param names of its parameters, in its order
 * @param script the functions
 */
record WrittenOutBackpropagation(LanguageModel model, List<String> names, TorchScript script)
    implements Backpropagation {

  /** Whether it knows the model, on a processor. */
  static boolean canCompute(LanguageModel model, Device device) {
    return !device.isGpu() && source(model).isPresent();
  }

  private static Optional<String> source(LanguageModel model) {
    return layers(model)
        .filter(RecurrentLayers::isOfEngine)
        .flatMap(
            layers ->
                switch (layers.kind()) {
                  case LSTM -> Optional.of("lstm.torchscript");
                  // Its output layer is tied.
                  case GRU ->
                      model instanceof TiedModel
                          ? Optional.of("gru.torchscript")
                          : Optional.empty();
                  case RNN -> Optional.empty();
                });
  }

  private static Optional<RecurrentLayers> layers(LanguageModel model) {
    if (model instanceof AwdLstm awd) {
      return Optional.of(awd.tied().rnn());
    }
    if (model instanceof TiedModel tied) {
      return Optional.of(tied.rnn());
    }
    return model instanceof RecurrentModel plain ? Optional.of(plain.rnn()) : Optional.empty();
  }

  /** For a model that it knows. */
  static WrittenOutBackpropagation load(LanguageModel model, NDManager manager) {
    return new WrittenOutBackpropagation(
        model,
        model.parameters().stream().map(Parameter::name).toList(),
        TorchScript.ofResource(
            WrittenOutBackpropagation.class, source(model).orElseThrow(), manager));
  }

  @Override
  public Pass forward(
      Map<String, NDArray> parameters,
      NDArray inputs,
      NDList states,
      Dropout dropping,
      NDManager scope) {
    NDList weights = new NDList(names.size());
    names.forEach(name -> weights.add(parameters.get(name)));
    List<NDList> masks = masks(inputs.getShape(), dropping, scope).lists();
    NDList result = script.call(scope, "forward_pass", inputs, weights, states, masks);
    return new WrittenOutPass(this, inputs, weights, states, masks, result, scope);
  }

  private Masks masks(Shape window, Dropout dropping, NDManager scope) {
    if (model instanceof AwdLstm awd) {
      return Masks.ofAwdLstm(awd.tied().config(), window.get(0), dropping, scope);
    }
    NetConfig net =
        model instanceof TiedModel tied ? tied.config() : ((RecurrentModel) model).config();
    return Masks.ofOutputs(window.add(net.hidden()), net.dropout(), dropping, scope);
  }

  /** With what the functions want again, and what {@code forward_pass} returned. */
  private record WrittenOutPass(
      WrittenOutBackpropagation by,
      NDArray inputs,
      NDList weights,
      NDList states,
      List<NDList> masks,
      NDList result,
      NDManager scope)
      implements Pass {
    private static final int STATES = 3;

    @Override
    public Forward forward() {
      return new Forward(result.get(0), result.get(1), result.get(2), nextStates());
    }

    @Override
    public Map<String, NDArray> gradients(OutputGradients of) {
      NDList gradients =
          by.script.call(
              scope,
              "backward_pass",
              inputs,
              weights,
              states,
              masks,
              of.logits(),
              list(of.dropped()),
              list(of.raw()),
              nextStates(),
              result.subNDList(STATES + states.size()));
      Map<String, NDArray> byName = new LinkedHashMap<>();
      for (int i = 0; i < by.names.size(); i++) {
        byName.put(by.names.get(i), gradients.get(i));
      }
      return byName;
    }

    private NDList nextStates() {
      return result.subNDList(STATES, STATES + states.size());
    }

    private static NDList list(Optional<NDArray> array) {
      return array.map(NDList::new).orElseGet(NDList::new);
    }
  }
}
