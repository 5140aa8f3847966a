package io.flinklm.predict;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flinklm.Blob.RefusedException;
import io.flinklm.engine.PyTorch;
import io.flinklm.net.Cell;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.NetConfig;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.UnknownTokenException;
import io.flinklm.weights.SavedWeights;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A language model in the engine's memory, ready to answer prompts; closing it frees that. For use
 * by the thread that made it.
 */
public final class LoadedModel implements AutoCloseable {
  private final NDManager manager;
  private final Predictor predictor;
  private final Tokenizer tokenizer;
  private final long step;
  private final String weightsSha256;

  private LoadedModel(
      NDManager manager,
      Predictor predictor,
      Tokenizer tokenizer,
      long step,
      String weightsSha256) {
    this.manager = manager;
    this.predictor = predictor;
    this.tokenizer = tokenizer;
    this.step = step;
    this.weightsSha256 = weightsSha256;
  }

  /**
   * What weights belong to.
   *
   * @param net shape of the model
   * @param cell who computes its LSTM
   * @param window tokens that it reads if it has no memory
   * @param tokenizer of its token ids
   */
  public record Frame(NetConfig net, Cell cell, int window, Tokenizer tokenizer)
      implements Serializable {

    /** The same, computed by another cell. */
    public Frame withCell(Cell other) {
      return new Frame(net, other, window, tokenizer);
    }
  }

  /** A prediction, and what is remembered behind it. */
  public record Answer(Prediction prediction, Memory memory) {}

  /**
   * Loads weights.
   *
   * @param step after which they were taken
   * @param safetensors their file
   * @throws RefusedException if they are damaged, or not of this SHA-256 or model
   */
  public static LoadedModel load(
      Frame frame, long step, String weightsSha256, byte[] safetensors, Device device) {
    SavedWeights weights =
        SavedWeights.of(safetensors, LanguageModels.of(frame.net), weightsSha256);
    return load(frame, step, weightsSha256, weights, device);
  }

  /**
   * Loads weights, whatever their values.
   *
   * @param step after which they were taken
   * @param safetensors their file
   * @throws RefusedException if it is no such file, or of another model
   */
  public static LoadedModel load(Frame frame, long step, byte[] safetensors, Device device) {
    SavedWeights weights = SavedWeights.of(safetensors, LanguageModels.of(frame.net));
    return load(frame, step, weights.sha256(), weights, device);
  }

  private static LoadedModel load(
      Frame frame, long step, String weightsSha256, SavedWeights weights, Device device) {
    NDManager manager = PyTorch.newManager(device);
    return new LoadedModel(
        manager,
        new Predictor(frame.net, frame.cell, frame.window, weights.in(manager), manager),
        frame.tokenizer,
        step,
        weightsSha256);
  }

  /** Tokens that it reads and writes to answer a prompt. */
  public long cost(Prompt prompt) {
    try {
      return tokenizer.ids(prompt.text()).length + prompt.tokens();
    } catch (UnknownTokenException e) {
      return prompt.tokens();
    }
  }

  /** The step of its weights. */
  public long step() {
    return step;
  }

  /**
   * Answers a prompt within its limits.
   *
   * @param before what is remembered of the text before it
   * @return the answer, and what is remembered now: the same as before where it is an error
   */
  public Answer answer(Prompt prompt, Memory before) {
    try {
      int[] ids = tokenizer.ids(prompt.text());
      int known = before.unread().length + ids.length;
      if (known < predictor.fewest()) {
        String found = known == 0 ? "there is none" : "there are " + known;
        return error(
            prompt,
            before,
            "the model needs at least " + predictor.fewest() + " tokens of text, " + found);
      }
      Continuation continuation =
          predictor.continuation(
              before, ids, Math.toIntExact(prompt.tokens()), prompt.sampler(), prompt.seed());
      if (!continuation.isFinite()) {
        return error(prompt, before, "the weights of step " + step + " give NaN or infinity");
      }
      return prediction(prompt, continuation)
          .map(prediction -> new Answer(prediction, continuation.memory()))
          .orElseGet(() -> error(prompt, before, tooLarge(prompt)));
    } catch (UnknownTokenException e) {
      return error(prompt, before, e.getMessage());
    }
  }

  private static Answer error(Prompt prompt, Memory before, String error) {
    return new Answer(Prediction.ofError(prompt.id(), error), before);
  }

  private static String tooLarge(Prompt prompt) {
    return "the answer takes more than "
        + PredictionJson.MOST_BYTES
        + " bytes of JSON; ask for fewer tokens than "
        + prompt.tokens();
  }

  /** The answer; empty where it is too large to be written. */
  private Optional<Prediction> prediction(Prompt prompt, Continuation continuation) {
    // Counted before the text is made: a vocabulary may have tokens of a megabyte.
    long characters =
        Arrays.stream(continuation.tokens()).mapToLong(id -> tokenizer.token(id).length()).sum();
    if (2 * characters > PredictionJson.MOST_BYTES) {
      return Optional.empty();
    }
    List<PredictedToken> tokens = new ArrayList<>();
    for (int i = 0; i < continuation.tokens().length; i++) {
      tokens.add(
          new PredictedToken(
              tokenizer.token(continuation.tokens()[i]), continuation.probabilities()[i]));
    }
    String text = tokenizer.text(continuation.tokens());
    Prediction prediction =
        new Prediction(prompt.id(), text, tokens, step, weightsSha256, null, null);
    return PredictionJson.toBytes(prediction).length > PredictionJson.MOST_BYTES
        ? Optional.empty()
        : Optional.of(prediction);
  }

  @Override
  public void close() {
    manager.close();
  }
}
