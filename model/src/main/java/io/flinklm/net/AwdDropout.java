package io.flinklm.net;

import java.io.Serializable;
import java.util.stream.DoubleStream;

/**
 * The four dropouts that an AWD-LSTM has besides that of its output (Merity, Keskar, Socher 2017):
 * for each place, the share of its values that a training step drops.
 *
 * @param embedding of whole words of the embedding
 * @param input of what goes into the first layer
 * @param weight of the weights from hidden state to hidden state
 * @param hidden of what goes from one layer to the next
 */
public record AwdDropout(double embedding, double input, double weight, double hidden)
    implements Serializable {

  private static final AwdDropout NONE = new AwdDropout(0, 0, 0, 0);

  // Small, since they do not help on a small text.
  private static final AwdDropout SHARES = new AwdDropout(0.005, 0.0125, 0.025, 0.125);

  /**
   * The usual ones of a model: none, but those of an AWD-LSTM.
   *
   * @param model its name
   * @param output its dropout of the output, of which each is a share
   */
  public static AwdDropout usual(String model, double output) {
    return model.equals(ModelKind.AWD_LSTM.label())
        ? new AwdDropout(
            output * SHARES.embedding,
            output * SHARES.input,
            output * SHARES.weight,
            output * SHARES.hidden)
        : NONE;
  }

  boolean isNone() {
    return equals(NONE);
  }

  boolean isValid() {
    return DoubleStream.of(embedding, input, weight, hidden).allMatch(of -> of >= 0 && of < 1);
  }
}
