package io.flinklm.train;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;

/** What replicas average at the end of a round. */
public enum Exchange {
  /** The weights; each replica keeps the optimizer's moments of its own gradients. */
  WEIGHTS("weights"),
  /** The weights and both moments. */
  WEIGHTS_AND_MOMENTS("weights+moments");

  private final String label;

  Exchange(String label) {
    this.label = label;
  }

  /** Its name for people. */
  @JsonValue
  public String label() {
    return label;
  }

  /** Whether moments are averaged too. */
  public boolean hasMoments() {
    return this == WEIGHTS_AND_MOMENTS;
  }

  /**
   * The one of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  @JsonCreator
  public static Exchange of(String label) {
    return Arrays.stream(values())
        .filter(each -> each.label.equals(label))
        .findAny()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "an exchange is weights or weights+moments, not '" + label + "'"));
  }
}
