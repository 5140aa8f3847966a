package io.flinklm.lane;

import io.flinklm.Quotation;
import java.util.Locale;
import java.util.Optional;

/** The part of the text that a segment belongs to, in the order in which an epoch passes them. */
public enum Split {
  /** Scored and then trained on. */
  TRAIN,
  /** Scored and never trained on. */
  VALID;

  /** The name used in record headers and JSON: {@code train} or {@code valid}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The split of a name.
   *
   * @throws IllegalArgumentException if it is neither {@code train} nor {@code valid}
   */
  public static Split of(String label) {
    return find(label).orElseThrow(() -> new IllegalArgumentException(wrong(label)));
  }

  /** The split of a name; empty if it is neither. */
  public static Optional<Split> find(String label) {
    return switch (label) {
      case "train" -> Optional.of(TRAIN);
      case "valid" -> Optional.of(VALID);
      default -> Optional.empty();
    };
  }

  /** What is wrong with a name that is neither. */
  public static String wrong(String label) {
    return "split is train or valid, not " + Quotation.of(label);
  }
}
