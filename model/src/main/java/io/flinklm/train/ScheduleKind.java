package io.flinklm.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.flinklm.UserMistake;
import io.flinklm.train.Schedule.Cosine;
import io.flinklm.train.Schedule.OneCycle;
import io.flinklm.train.Schedule.WarmUp;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The schedules that a person can ask for, by the names that a person gives them. */
public enum ScheduleKind {
  /** {@link OneCycle}. */
  @JsonProperty("one-cycle")
  ONE_CYCLE("one-cycle"),
  /** {@link WarmUp}. */
  @JsonProperty("constant")
  CONSTANT("constant"),
  /** {@link Cosine}. */
  @JsonProperty("cosine")
  COSINE("cosine");

  private final String label;

  ScheduleKind(String label) {
    this.label = label;
  }

  /**
   * The schedule that a person's word means.
   *
   * @throws UserMistake if it means none; says which there are
   */
  public static ScheduleKind of(String name) {
    return Arrays.stream(values())
        .filter(kind -> kind.label.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UserMistake(
                    Arrays.stream(values())
                        .map(kind -> kind.label)
                        .collect(
                            Collectors.joining(
                                ", ", "--schedule is one of ", ", not '" + name + "'"))));
  }

  /**
   * The schedule of a run.
   *
   * @param fit rates and momenta
   * @param warmUp steps of the rise; null for as many as are usual
   * @param steps of the run; 0 for a run without end
   * @throws UserMistake if a run of so many steps has no such schedule
   */
  Schedule schedule(Fit fit, Long warmUp, long steps) {
    if (steps == 0 && this != CONSTANT) {
      throw new UserMistake(
          "--schedule "
              + label
              + " falls towards the last step, and a stream without end has none; --schedule"
              + " constant is for it");
    }
    if (warmUp != null && steps > 0 && warmUp >= steps) {
      throw new UserMistake(
          "--warm-up must be less than the " + steps + " steps of the run, not " + warmUp);
    }
    long rise = warmUp == null ? Fit.warmUp(steps) : warmUp;
    return switch (this) {
      case ONE_CYCLE ->
          warmUp == null
              ? fit.oneCycle(steps)
              : new OneCycle(steps, (float) rise / steps, fit.learningRate(), fit.momenta());
      case CONSTANT -> new WarmUp(rise, fit.steadyRate(), fit.momenta());
      case COSINE -> new Cosine(steps, rise, fit.learningRate(), fit.momenta());
    };
  }
}
