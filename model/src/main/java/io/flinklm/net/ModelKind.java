package io.flinklm.net;

import io.flinklm.UserMistake;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The language models that there are. It is the one list of them: whatever else is known of a
 * model, such as how it is fitted or what others got with it, is known by its kind.
 */
public enum ModelKind {
  /** Three tokens in, the next one out, written out token by token. */
  LMMODEL1("lmmodel1", false, false),
  /** The same with a loop. */
  LMMODEL2("lmmodel2", false, false),
  /** The same with a hidden state that is kept from batch to batch. */
  LMMODEL3("lmmodel3", false, false),
  /** The same that predicts after every token. */
  LMMODEL4("lmmodel4", false, false),
  /** Stacked plain recurrent layers. */
  LMMODEL5("lmmodel5", true, false),
  /** Stacked LSTM layers. */
  LMMODEL6("lmmodel6", true, true),
  /** The same, regularized and with tied weights. */
  LMMODEL7("lmmodel7", true, true),
  /** Stacked gated recurrent units with tied weights; not of the chapter. */
  GRU("gru", true, false),
  /** LMMODEL7 with dropout of its recurrent weights and of whole tokens; not of the chapter. */
  AWD_LSTM("awd-lstm", true, true);

  private final String label;
  private final boolean layered;
  private final boolean lstm;

  ModelKind(String label, boolean layered, boolean lstm) {
    this.label = label;
    this.layered = layered;
    this.lstm = lstm;
  }

  /** Its name for people, files and options. */
  public String label() {
    return label;
  }

  /** Whether it is of recurrent layers, of which there may be any number. */
  public boolean isLayered() {
    return layered;
  }

  /** Whether it takes windows of any length. The first is written out for its own. */
  public boolean takesAnyWindow() {
    return this != LMMODEL1;
  }

  /** Whether it predicts after every token of a window; the first three only after the last. */
  public boolean predictsEachToken() {
    return this != LMMODEL1 && this != LMMODEL2 && this != LMMODEL3;
  }

  /** Whether its embedding may be of another width than its hidden state: not where it is tied. */
  public boolean takesAnyEmbedding() {
    return this == LMMODEL5 || this == LMMODEL6;
  }

  /** Whether it has an LSTM, so that {@link Cell} says who computes it. */
  boolean hasCell() {
    return lstm;
  }

  /** The model of a name, if there is one. */
  public static Optional<ModelKind> named(String name) {
    return Arrays.stream(values()).filter(kind -> kind.label.equals(name)).findFirst();
  }

  /**
   * The model that a person's word means.
   *
   * @throws UserMistake if there is no model of that name; says which there are
   */
  public static ModelKind of(String name) {
    return named(name)
        .orElseThrow(
            () ->
                new UserMistake(
                    "there is no model '%s'; --model is one of %s"
                        .formatted(name, String.join(", ", labels()))));
  }

  /** The names of all. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(ModelKind::label).toList();
  }
}
