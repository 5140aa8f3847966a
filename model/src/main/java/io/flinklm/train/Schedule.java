package io.flinklm.train;

import java.io.Serializable;

/** Learning rate and momentum as pure functions of the step. */
public sealed interface Schedule extends Serializable {

  /** Learning rate of a step; steps are counted from 1. */
  double learningRate(long step);

  /** Momentum of a step, the optimizer's beta 1. */
  double momentum(long step);

  /** Halves of a cosine from one value to another. */
  private static double cosine(double from, double to, double position) {
    return from + (1 + StrictMath.cos(StrictMath.PI * (1 - position))) * (to - from) / 2;
  }

  /**
   * One cycle (Smith 2018, as fastai's {@code fit_one_cycle}): over the first quarter of the steps
   * the learning rate rises by a cosine from 1/25 of its maximum, then falls to 1/100,000 of it;
   * momentum moves against it. After the last step both stay.
   *
   * @param steps in all
   * @param maximum highest learning rate
   * @param momenta at the start, at the peak, at the end
   */
  record OneCycle(long steps, double maximum, Momenta momenta) implements Schedule {
    private static final float RISE = 0.25f;
    private static final double START_DIVISOR = 25;
    private static final double END_DIVISOR = 1e5;

    @Override
    public double learningRate(long step) {
      return between(step, maximum / START_DIVISOR, maximum, maximum / END_DIVISOR);
    }

    @Override
    public double momentum(long step) {
      return between(step, momenta.start(), momenta.peak(), momenta.end());
    }

    private double between(long step, double start, double peak, double end) {
      // In float32, as fastai's: the difference shows in the last steps.
      float position = (float) Math.min(1, (step - 1) / (double) steps);
      return position < RISE
          ? cosine(start, peak, position / RISE)
          : cosine(peak, end, (position - RISE) / (1 - RISE));
    }
  }

  /**
   * For a stream without end: the learning rate rises by a cosine from 1/25 of its maximum and then
   * stays; momentum falls from its start to its peak value and stays.
   *
   * @param steps of the rise
   * @param maximum highest learning rate
   * @param momenta at the start and at the peak
   */
  record WarmUp(long steps, double maximum, Momenta momenta) implements Schedule {

    @Override
    public double learningRate(long step) {
      return cosine(maximum / OneCycle.START_DIVISOR, maximum, position(step));
    }

    @Override
    public double momentum(long step) {
      return cosine(momenta.start(), momenta.peak(), position(step));
    }

    private double position(long step) {
      return Math.min(1, (step - 1) / (double) steps);
    }
  }

  /**
   * Momentum at three places of a cycle.
   *
   * @param start at the first step
   * @param peak where the learning rate is highest
   * @param end after the last step
   */
  record Momenta(double start, double peak, double end) implements Serializable {
    /** fastai's {@code Learner}. */
    public static final Momenta LEARNER = new Momenta(0.95, 0.85, 0.95);

    /** fastai's {@code TextLearner}. */
    public static final Momenta TEXT_LEARNER = new Momenta(0.8, 0.7, 0.8);
  }
}
