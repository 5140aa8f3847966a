package io.flinklm.train;

import io.flinklm.UserMistake;
import java.util.List;

/**
 * How the chapter fits a model: what stands in its call of {@code fit_one_cycle} and around it.
 *
 * @param model its name
 * @param epochs passes over the text
 * @param bptt tokens in a window
 * @param learningRate the highest of the cycle
 * @param momenta of the cycle
 * @param weightDecay share of a weight that decays in a step of learning rate 1
 * @param dropout share of activations dropped
 * @param regularizer of the activations
 */
public record Fit(
    String model,
    int epochs,
    int bptt,
    double learningRate,
    Schedule.Momenta momenta,
    double weightDecay,
    double dropout,
    Regularizer regularizer) {

  private static final List<Fit> FITS =
      List.of(
          new Fit(
              "lmmodel7",
              15,
              16,
              1e-2,
              Schedule.Momenta.TEXT_LEARNER,
              0.1,
              0.4,
              new Regularizer(2, 1)));

  // On a stream without end the peak of a cycle would last forever: a third of it is steadier.
  private static final double CONTINUOUS_SHARE = 0.3;
  private static final long WARM_UP_STEPS = 200;

  /**
   * The fit of a model.
   *
   * @throws UserMistake if there is no model of that name; says which there are
   */
  public static Fit of(String model) {
    return FITS.stream()
        .filter(fit -> fit.model.equals(model))
        .findFirst()
        .orElseThrow(
            () ->
                new UserMistake(
                    "there is no model '"
                        + model
                        + "'; --model is one of "
                        + String.join(", ", FITS.stream().map(Fit::model).toList())));
  }

  /** One cycle over so many steps. */
  public Schedule oneCycle(long steps) {
    return new Schedule.OneCycle(steps, learningRate, momenta);
  }

  /** The schedule of a stream without end. */
  public Schedule continuous() {
    return new Schedule.WarmUp(WARM_UP_STEPS, learningRate * CONTINUOUS_SHARE, momenta);
  }
}
