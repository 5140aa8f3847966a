package io.flinklm.bench.measure;

import io.flinklm.train.StepListener;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** How the time of a training step falls to its parts, summed over many steps. */
public final class StepTimes implements StepListener {
  private static final double NANOS_PER_MILLISECOND = 1e6;

  private final Map<Part, Long> nanos = new EnumMap<>(Part.class);
  private long steps;
  private long partBegan;

  /** Begins a step: what passed before is of none of its parts. */
  public void begin() {
    partBegan = System.nanoTime();
    steps++;
  }

  @Override
  public void ended(Part part) {
    long now = System.nanoTime();
    nanos.merge(part, now - partBegan, Long::sum);
    partBegan = now;
  }

  /** Forgets what has been so far: it was cold. */
  public void clear() {
    nanos.clear();
    steps = 0;
  }

  /** Mean milliseconds of each part in a step, in the order of the parts. */
  public Map<String, Double> milliseconds() {
    Map<String, Double> means = new LinkedHashMap<>();
    nanos.forEach(
        (part, sum) ->
            means.put(part.name().toLowerCase(Locale.ROOT), sum / NANOS_PER_MILLISECOND / steps));
    return means;
  }
}
