package io.flinklm.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a range test finds (Smith 2015, "Cyclical Learning Rates for Training Neural Networks",
 * section 3.3): the loss of each step while the learning rate rises, and which rate it suggests.
 * Not thread safe.
 */
public final class LearningRateCurve {
  // As fastai's lr_find.
  private static final double EXPLODED = 4;
  private static final double TENTH = 0.1;

  // Over some five steps. The training loss of the reports is averaged over fifty: in a test of 150
  // steps its lowest value would be seen at ten times the rate.
  private static final double BETA = 0.8;

  private final List<Point> points = new ArrayList<>();
  private double sum;
  private double weight;
  private Point lowest;
  private boolean nonfinite;

  /**
   * A step.
   *
   * @param rate its learning rate
   * @param loss of its batch, before the step
   * @param smoothed the losses so far, averaged exponentially (beta 0.8, debiased)
   */
  public record Point(double rate, double loss, double smoothed) {}

  /** Adds a step with its learning rate and the loss of its batch. */
  public void add(double rate, double loss) {
    sum = BETA * sum + (1 - BETA) * loss;
    weight = BETA * weight + (1 - BETA);
    Point point = new Point(rate, loss, sum / weight);
    points.add(point);
    if (lowest == null || point.smoothed < lowest.smoothed) {
      lowest = point;
    }
  }

  /** Takes note that the step behind the last one gave NaN or infinity. */
  public void endNonfinite() {
    nonfinite = true;
  }

  /** The steps so far. */
  public List<Point> points() {
    return List.copyOf(points);
  }

  /**
   * Whether higher rates have nothing more to say: the smoothed loss is four times the lowest, or
   * no number.
   */
  public boolean hasExploded() {
    return nonfinite
        || (!points.isEmpty()
            && !(points.get(points.size() - 1).smoothed <= EXPLODED * lowest.smoothed));
  }

  /** The step with the lowest smoothed loss; empty where there is no step. */
  public Optional<Point> lowest() {
    return Optional.ofNullable(lowest);
  }

  /**
   * A rate to train with: a tenth of the one with the lowest smoothed loss, where the loss no
   * longer falls (Howard and Gugger 2020, "Deep Learning for Coders", chapter 5, and fastai's
   * {@code minimum}). Empty where the loss has never fallen.
   */
  public Optional<Double> suggestion() {
    return lowest().filter(point -> !point.equals(points.get(0))).map(point -> TENTH * point.rate);
  }

  /** Whether the loss was still falling at the last step, so that a higher rate may be right. */
  public boolean stillFalls() {
    return !hasExploded()
        && lowest().filter(point -> point.equals(points.get(points.size() - 1))).isPresent();
  }
}
