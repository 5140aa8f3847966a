package io.flinklm.cli.run;

import io.flinklm.json.Json;
import io.flinklm.train.LearningRateCurve;
import io.flinklm.train.LearningRateCurve.Point;
import java.util.Locale;

/**
 * What a range test comes to, for a person and for programs.
 *
 * @param learningRate that it suggests; null for none
 * @param rateOfLowestLoss ten times that one: where the smoothed loss is lowest
 * @param lowestLoss smoothed, in nats
 * @param stillFalls whether the loss was falling at the last step yet
 * @param exploded whether the test ended early because the loss had exploded
 * @param steps that were made
 */
public record RateSuggestion(
    Double learningRate,
    Double rateOfLowestLoss,
    Double lowestLoss,
    boolean stillFalls,
    boolean exploded,
    int steps) {

  /** Of a curve, which may have no step. */
  public static RateSuggestion of(LearningRateCurve curve) {
    return new RateSuggestion(
        curve.suggestion().orElse(null),
        curve.lowest().map(Point::rate).orElse(null),
        curve.lowest().map(Point::smoothed).orElse(null),
        curve.stillFalls(),
        curve.hasExploded(),
        curve.points().size());
  }

  /** One line of JSON, names in snake case. */
  public String toJson() {
    return Json.line(this);
  }

  /** One line for a person: the rate and why. */
  public String toText() {
    if (learningRate == null) {
      return "Suggested  nothing: the loss never fell in %d steps; try others with --from and --to"
          .formatted(steps);
    }
    return String.format(
        Locale.ROOT,
        "Suggested  --learning-rate %.2g: a tenth of %.2g, where the smoothed loss was lowest (%.3f)%s",
        learningRate,
        rateOfLowestLoss,
        lowestLoss,
        stillFalls ? "; it still fell there, so that more may be right: raise --to" : "");
  }
}
