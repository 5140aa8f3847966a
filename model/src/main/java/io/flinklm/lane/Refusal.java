package io.flinklm.lane;

/**
 * Tokens that were received and will be neither trained on nor scored, with the reason.
 *
 * @param reason why
 * @param tokens how many
 */
public record Refusal(Reason reason, int tokens) {

  /** Why tokens are refused. The label is the word used in JSON, metrics and documents. */
  public enum Reason {
    /** The record key is not the number of a lane. The record is in dead letters. */
    BAD_KEY("bad_key"),
    /** The record value is not UTF-8, or has NUL in it. The record is in dead letters. */
    BAD_TEXT("bad_text"),
    /** A header cannot be read. The record is in dead letters. */
    BAD_HEADER("bad_header"),
    /** A token is outside the vocabulary, which has no {@code <unk>}. In dead letters. */
    UNKNOWN_TOKEN("unknown_token"),
    /** The record starts after the position that was expected. In dead letters. */
    GAP("gap"),
    /** The record belongs to a segment that its lane has left. In dead letters. */
    LATE("late"),
    /** The tokens came before, at the same position: a producer that tried again. */
    REPEATED("repeated"),
    /** Next to a refused record: between it and a border of a chunk, no whole chunk fits. */
    BESIDE_A_HOLE("beside_a_hole"),
    /** The end of a segment, too short for a whole chunk. */
    TAIL("tail"),
    /** In a batch whose step gave NaN or infinity and was not taken. */
    NONFINITE("nonfinite");

    private final String label;

    Reason(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }
}
