package io.flinklm.topics;

/**
 * The headers that a dead letter has behind those of the record that it was: what is wrong with it
 * and where it lay. {@link #ERROR} is the first of them, so whatever stands before the last header
 * of that name is the record's own.
 */
public final class DeadLetterHeaders {
  /** What is wrong with the record, in words. */
  public static final String ERROR = "error";

  /** The topic that it came from. */
  public static final String TOPIC = "topic";

  /** Its partition there. */
  public static final String PARTITION = "partition";

  /** Its offset in the partition. */
  public static final String OFFSET = "offset";

  /** The time that Kafka had of it, in milliseconds since 1970; older builds wrote none. */
  public static final String TIMESTAMP = "timestamp";

  /** How long its value was, where there was no room for it. */
  public static final String VALUE_BYTES = "value_bytes";

  /** The SHA-256 of that value. */
  public static final String VALUE_SHA256 = "value_sha256";

  /** How long its key was, where there was no room for key and headers either. */
  public static final String KEY_BYTES = "key_bytes";

  /** The SHA-256 of that key. */
  public static final String KEY_SHA256 = "key_sha256";

  /** How many headers there were, likewise. */
  public static final String HEADERS_LEFT_OUT = "headers_left_out";

  /**
   * Not of a dead letter but of the record that it becomes when it is sent again: the topic, the
   * partition and the offset where it lay at first, with colons between them.
   */
  public static final String REDELIVERED_FROM = "redelivered_from";

  private DeadLetterHeaders() {}
}
