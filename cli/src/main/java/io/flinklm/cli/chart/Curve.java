package io.flinklm.cli.chart;

import io.flinklm.lane.Split;
import io.flinklm.train.Report;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * A value over the steps of a run: what is drawn as one line. Steps rise strictly, no value is NaN.
 *
 * @param steps of all points
 * @param values at these steps
 */
public record Curve(List<Long> steps, List<Double> values) {
  /** Beta of the running mean; the same as that of the training loss in the reports. */
  private static final double BETA = 0.98;

  /** The training loss, which the reports hold as a running mean already. */
  static Curve trainingLoss(List<Report> reports) {
    return of(points(reports, Report.Step.class, Split.TRAIN, Report::trainLoss));
  }

  /** The same in bits per byte of text. */
  static Curve trainingBitsPerByte(List<Report> reports) {
    return of(
        points(
            reports, Report.Step.class, Split.TRAIN, report -> report.bytes().trainBitsPerByte()));
  }

  /** The accuracy on training batches, as a running mean over steps. */
  static Curve trainingAccuracy(List<Report> reports) {
    NavigableMap<Long, Double> points =
        points(reports, Report.Step.class, Split.TRAIN, Report::accuracy);
    double sum = 0;
    double weight = 0;
    long previous = 0;
    for (Map.Entry<Long, Double> point : points.entrySet()) {
      // Not every step needs to have been reported.
      double decay = Math.pow(BETA, (double) (point.getKey() - previous));
      sum = decay * sum + (1 - decay) * point.getValue();
      weight = decay * weight + (1 - decay);
      previous = point.getKey();
      point.setValue(sum / weight);
    }
    return of(points);
  }

  /** A value of the validations, each at the step at which it was made. */
  public static Curve validation(List<Report> reports, ToDoubleFunction<Report> value) {
    return of(points(reports, Report.SegmentEnd.class, Split.VALID, value));
  }

  boolean isEmpty() {
    return steps.isEmpty();
  }

  /**
   * The same curve with at most so many points, spread evenly, the first and the last among them.
   *
   * @param most at least 2
   */
  Curve thinned(int most) {
    int all = steps.size();
    if (all <= most) {
      return this;
    }
    List<Integer> kept =
        IntStream.range(0, most).mapToObj(i -> (int) ((all - 1L) * i / (most - 1))).toList();
    return new Curve(
        kept.stream().map(steps::get).toList(), kept.stream().map(values::get).toList());
  }

  private static NavigableMap<Long, Double> points(
      List<Report> reports,
      Class<? extends Report> kind,
      Split split,
      ToDoubleFunction<Report> value) {
    // Of a step that was made again after a failure, the later report counts.
    NavigableMap<Long, Double> points = new TreeMap<>();
    for (Report report : reports) {
      double y = value.applyAsDouble(report);
      if (kind.isInstance(report) && report.split().equals(split.label()) && Double.isFinite(y)) {
        points.put(report.step(), y);
      }
    }
    return points;
  }

  private static Curve of(NavigableMap<Long, Double> points) {
    return new Curve(List.copyOf(points.keySet()), List.copyOf(points.values()));
  }
}
