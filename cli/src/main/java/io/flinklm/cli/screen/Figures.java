package io.flinklm.cli.screen;

import java.util.List;
import java.util.Locale;

/**
 * Numbers as a person reads them, the same everywhere and in every locale. What has no value is
 * "-".
 */
public final class Figures {
  private static final String NONE = "-";

  private Figures() {}

  /** A loss or an accuracy, with four decimals. */
  public static String decimal(double value) {
    return Double.isNaN(value) ? NONE : String.format(Locale.ROOT, "%.4f", value);
  }

  /** A loss or an accuracy, with three decimals. */
  public static String shortDecimal(double value) {
    return Double.isNaN(value) ? NONE : String.format(Locale.ROOT, "%.3f", value);
  }

  /** The value in the middle, or the mean of the two there. */
  public static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int size = sorted.size();
    return (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
  }

  /** All digits, in groups of three. */
  public static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** A speed in all its digits, in groups of three. */
  public static String rate(double value) {
    return Double.isFinite(value) ? count(Math.round(value)) : NONE;
  }

  /** How long something short took, like 3.2 ms. */
  public static String milliseconds(double value) {
    return Double.isNaN(value) ? NONE : String.format(Locale.ROOT, "%,.1f ms", value);
  }

  /** A speed in at most four characters up to a billion: 870, 9.4k, 94k, 1.2M. */
  public static String shortRate(double value) {
    if (!Double.isFinite(value)) {
      return NONE;
    }
    if (value < 999.5) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
    double scaled = value < 999_500 ? value / 1e3 : value / 1e6;
    String digits = scaled < 9.95 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, digits, scaled) + (value < 999_500 ? "k" : "M");
  }

  /** How long something took: 0.7 s, 12.3 s, 1:02, 1:02:03. */
  public static String duration(double seconds) {
    if (!(seconds >= 0) || Double.isInfinite(seconds)) {
      return NONE;
    }
    return seconds < 59.95 ? String.format(Locale.ROOT, "%.1f s", seconds) : clock(seconds);
  }

  /** How long something will take, in whole seconds: 0:12, 1:02, 1:02:03. */
  static String clock(double seconds) {
    if (!(seconds >= 0) || Double.isInfinite(seconds)) {
      return NONE;
    }
    long whole = Math.round(seconds);
    String hours = whole < 3600 ? "" : whole / 3600 + ":";
    String minutes = whole < 3600 ? "%d:%02d" : "%02d:%02d";
    return hours + String.format(Locale.ROOT, minutes, whole / 60 % 60, whole % 60);
  }
}
