package io.flinklm.predict;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.flinklm.Quotation;
import java.util.List;

/**
 * The answer to a {@link Prompt}: its continuation, or what is wrong with it.
 *
 * @param id of the prompt; only its beginning where it is longer than an id may be
 * @param text the added tokens, between spaces; null where there is an error
 * @param tokens the same, each with its probability; likewise
 * @param step after which the weights were taken that answered; likewise
 * @param weightsSha256 over the values of all their parameters; likewise
 * @param error why there is no continuation; null where there is one
 * @param lineage of the training whose job answered; null where none did or it is not known
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Prediction(
    String id,
    String text,
    List<PredictedToken> tokens,
    Long step,
    String weightsSha256,
    String error,
    String lineage) {

  /** Of a prompt that has no continuation. */
  public static Prediction ofError(String id, String error) {
    String shown = Quotation.beginning(id, Prompt.LONGEST_ID);
    return new Prediction(shown, null, null, null, null, error, null);
  }

  /** The same, answered by the job of a training with this lineage; null for none. */
  public Prediction of(String training) {
    return new Prediction(id, text, tokens, step, weightsSha256, error, training);
  }
}
