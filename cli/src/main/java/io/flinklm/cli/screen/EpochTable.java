package io.flinklm.cli.screen;

import io.flinklm.lane.Split;
import io.flinklm.train.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * The table of a run: one row for each finished epoch, of a fixed width. It decides when a row is
 * complete and how it reads, not where it is drawn.
 *
 * <p>An epoch is finished with its validation, or without one when something else follows its
 * training.
 */
public final class EpochTable {
  private static final String HEADER =
      "epoch  train loss  bits/byte  valid loss  bits/byte  accuracy      time";

  private Report trained;
  private int lastEpoch = -1;
  private double lastSeconds = Double.NaN;

  /** What the columns are. */
  public static String header() {
    return HEADER;
  }

  /** The rows that this report completes, mostly none. */
  List<String> add(Report report) {
    if (Double.isNaN(lastSeconds)) {
      // Who joins a run in a later epoch has not seen that epoch begin.
      lastSeconds = report.epoch() == 0 ? 0 : report.seconds();
    }
    List<String> rows = new ArrayList<>();
    boolean end = report instanceof Report.RunEnd;
    boolean validation = !end && Split.VALID.label().equals(report.split());
    if (trained != null && !(validation && report.epoch() == trained.epoch())) {
      row(trained, trained, Optional.empty(), rows);
    }
    if (report instanceof Report.SegmentEnd) {
      if (validation) {
        row(report, trained == null ? report : trained, Optional.of(report), rows);
      } else {
        trained = report;
      }
    }
    return rows;
  }

  private void row(Report last, Report training, Optional<Report> validation, List<String> rows) {
    trained = null;
    if (last.epoch() <= lastEpoch) {
      return;
    }
    rows.add(
        String.format(
            Locale.ROOT,
            "%5d  %10s  %9s  %10s  %9s  %8s  %8s",
            last.epoch() + 1,
            Figures.decimal(training.trainLoss()),
            Figures.decimal(training.bytes().trainBitsPerByte()),
            decimal(validation, Report::loss),
            decimal(validation, report -> report.bytes().bitsPerByte()),
            decimal(validation, Report::accuracy),
            Figures.duration(last.seconds() - lastSeconds)));
    lastEpoch = last.epoch();
    lastSeconds = last.seconds();
  }

  private static String decimal(Optional<Report> of, ToDoubleFunction<Report> value) {
    return Figures.decimal(of.map(value::applyAsDouble).orElse(Double.NaN));
  }
}
