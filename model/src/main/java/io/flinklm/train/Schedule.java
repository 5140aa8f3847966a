package io.flinklm.train;

import java.io.Serializable;
import java.util.Optional;

/** Learning rate and momentum as pure functions of the step. */
public sealed interface Schedule extends Serializable {

  /** The highest learning rate as a multiple of the first one, where it rises. */
  double START_DIVISOR = 25;

  /** Learning rate of a step; steps are counted from 1. */
  double learningRate(long step);

  /** Momentum of a step, the optimizer's beta 1. */
  double momentum(long step);

  /** What a person calls it; empty where nobody can ask for it. */
  Optional<ScheduleKind> kind();

  /** Steps in which the learning rate rises. */
  long warmUp();

  /** The highest learning rate. */
  double maximum();

  /** Momentum at the places of the schedule. */
  Momenta momenta();

  /** Halves of a cosine from one value to another. */
  private static double cosine(double from, double to, double position) {
    return from + (1 + StrictMath.cos(StrictMath.PI * (1 - position))) * (to - from) / 2;
  }

  /** Where a step is among so many steps, from 0 to 1. */
  private static double position(long step, long steps) {
    return steps == 0 ? 1 : Math.min(1, (step - 1) / (double) steps);
  }

  /**
   * One cycle (Smith 2018, as fastai's {@code fit_one_cycle}): over the first quarter of the steps
   * the learning rate rises by a cosine from 1/25 of its maximum, then falls to 1/100,000 of it;
   * momentum moves against it. After the last step both stay.
   *
   * @param steps in all
   * @param rise share of the steps in which the learning rate rises, less than 1
   * @param maximum highest learning rate
   * @param momenta at the start, at the peak, at the end
   */
  record OneCycle(long steps, float rise, double maximum, Momenta momenta) implements Schedule {
    private static final float RISE = 0.25f;
    private static final double END_DIVISOR = 1e5;

    /** One that rises for a quarter of its steps. */
    public OneCycle(long steps, double maximum, Momenta momenta) {
      this(steps, RISE, maximum, momenta);
    }

    @Override
    public Optional<ScheduleKind> kind() {
      return Optional.of(ScheduleKind.ONE_CYCLE);
    }

    @Override
    public long warmUp() {
      return Math.round(rise * (double) steps);
    }

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
      return position < rise
          ? cosine(start, peak, position / rise)
          : cosine(peak, end, (position - rise) / (1 - rise));
    }
  }

  /**
   * A constant, for a stream without end: the learning rate rises by a cosine from 1/25 of its
   * maximum and then stays; momentum falls from its start to its peak value and stays.
   *
   * @param steps of the rise
   * @param maximum highest learning rate
   * @param momenta at the start and at the peak; its end is never reached
   */
  record WarmUp(long steps, double maximum, Momenta momenta) implements Schedule {

    @Override
    public Optional<ScheduleKind> kind() {
      return Optional.of(ScheduleKind.CONSTANT);
    }

    @Override
    public long warmUp() {
      return steps;
    }

    @Override
    public double learningRate(long step) {
      return cosine(maximum / START_DIVISOR, maximum, position(step, steps));
    }

    @Override
    public double momentum(long step) {
      return cosine(momenta.start(), momenta.peak(), position(step, steps));
    }
  }

  /**
   * A cosine (Loshchilov, Hutter 2016): the learning rate rises by a cosine from 1/25 of its
   * maximum and falls by another to 1/100 of it at the last step; momentum moves against it. Then
   * both stay.
   *
   * @param steps in all
   * @param warmUp steps of the rise, less than all
   * @param maximum highest learning rate
   * @param momenta at the start, at the peak, at the end
   */
  record Cosine(long steps, long warmUp, double maximum, Momenta momenta) implements Schedule {
    private static final double END_DIVISOR = 100;

    @Override
    public Optional<ScheduleKind> kind() {
      return Optional.of(ScheduleKind.COSINE);
    }

    @Override
    public double learningRate(long step) {
      return between(step, maximum / START_DIVISOR, maximum, maximum / END_DIVISOR);
    }

    @Override
    public double momentum(long step) {
      return between(step, momenta.start(), momenta.peak(), momenta.end());
    }

    private double between(long step, double start, double peak, double end) {
      return step <= warmUp
          ? cosine(start, peak, position(step, warmUp))
          : cosine(peak, end, position(step - warmUp, steps - 1 - warmUp));
    }
  }

  /**
   * A range test (Smith 2015, section 3.3): the learning rate rises geometrically from the lowest
   * to the highest one, to see what each does to the loss; momentum is that of the highest rate.
   *
   * @param steps in all, more than one
   * @param minimum learning rate of the first step
   * @param maximum that of the last one
   * @param momenta of which the peak is taken
   */
  record Geometric(long steps, double minimum, double maximum, Momenta momenta)
      implements Schedule {

    @Override
    public Optional<ScheduleKind> kind() {
      return Optional.empty();
    }

    @Override
    public long warmUp() {
      return steps;
    }

    @Override
    public double learningRate(long step) {
      return minimum * StrictMath.pow(maximum / minimum, position(step, steps - 1));
    }

    @Override
    public double momentum(long step) {
      return momenta.peak();
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

    /** The same in every step. */
    static Momenta of(double momentum) {
      return new Momenta(momentum, momentum, momentum);
    }

    /** Whether it is the same in every step. */
    boolean isOne() {
      return start == peak && peak == end;
    }

    /** fastai's {@code Learner}. */
    public static final Momenta LEARNER = new Momenta(0.95, 0.85, 0.95);

    /** fastai's {@code TextLearner}. */
    public static final Momenta TEXT_LEARNER = new Momenta(0.8, 0.7, 0.8);
  }
}
