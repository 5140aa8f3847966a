package io.flinklm.lane;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Text that was received and will be neither trained on nor scored, with the reason.
 *
 * @param reason why
 * @param tokens how many
 * @param bytes how many
 */
public record Refusal(Reason reason, int tokens, int bytes) {

  /** Why tokens are refused. The label is the word used in JSON, metrics and documents. */
  public enum Reason {
    /** The record key is not the number of a lane. The record is in dead letters. */
    BAD_KEY(
        "bad_key",
        "the key of a record must be the number of a lane, from 0 to one less than --lanes, in decimal"),
    /** The record value is not UTF-8, or has NUL in it. The record is in dead letters. */
    BAD_TEXT(
        "bad_text",
        "the value of a record must be plain UTF-8 text, without NUL or the framing of a schema registry"),
    /** A header cannot be read. The record is in dead letters. */
    BAD_HEADER(
        "bad_header",
        "epoch and position must be whole numbers of 0 or more in decimal, and split train or valid"),
    /** The field of its time is missing or no time. The record is in dead letters. */
    BAD_TIME(
        "bad_time",
        "the field of --time-field must be a whole number of milliseconds since 1970, or a string of ISO 8601 with its offset from UTC"),
    /** A token is outside the vocabulary, which has no {@code <unk>}. In dead letters. */
    UNKNOWN_TOKEN(
        "unknown_token", "every word must be in the vocabulary, or the vocabulary must have <unk>"),
    /** The record starts after the position that was expected. In dead letters. */
    GAP(
        "gap",
        "position must be the number of the lane's tokens before the record in its segment; without that header text follows what came before it"),
    /** The record belongs to a segment that its lane has left. In dead letters. */
    LATE("late", "epoch and split must not go back to what the lane has left"),
    /** The tokens came before, at the same position: a producer that tried again. */
    REPEATED(
        "repeated",
        "position must go on where the lane's text ended; text at a position that was read before is dropped"),
    /** Next to a refused record: between it and a border of a chunk, no whole chunk fits. */
    BESIDE_A_HOLE("beside_a_hole", "whole chunks must lie between refused or missing records"),
    /** The end of a segment, too short for a whole chunk. */
    TAIL("tail", "nothing is wrong: the end of a segment seldom fills a chunk"),
    /** A record of white space alone: it has bytes, and no token. */
    NO_TOKEN("no_token", "nothing is wrong: white space alone has no token"),
    /** In no chunk when its stream had been silent for its time to live. */
    SILENT("silent", "a stream must go on within --stream-ttl, or what fills no chunk is dropped"),
    /** In a batch whose step gave NaN or infinity and was not taken. */
    NONFINITE("nonfinite", "steps must give finite numbers; a lower learning rate may help");

    private final String label;
    private final String right;

    Reason(String label, String right) {
      this.label = label;
      this.right = right;
    }

    /** Its name in reports, metrics and headers. */
    public String label() {
      return label;
    }

    /** What would be right, in words for whoever sends the text. */
    public String right() {
      return right;
    }

    /** The reason of a label. */
    public static Reason of(String label) {
      return Arrays.stream(values())
          .filter(reason -> reason.label.equals(label))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("no reason is called " + label));
    }
  }

  /** Writes all of it. */
  public void write(DataOutput out) throws IOException {
    out.writeUTF(reason.name());
    out.writeInt(tokens);
    out.writeInt(bytes);
  }

  /** Reads what {@link #write} wrote. */
  public static Refusal read(DataInput in) throws IOException {
    return new Refusal(Reason.valueOf(in.readUTF()), in.readInt(), in.readInt());
  }
}
