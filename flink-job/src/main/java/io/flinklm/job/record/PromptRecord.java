package io.flinklm.job.record;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A record of the topic {@code prompts} as it was received: nothing in it has been checked. Key and
 * value may be missing.
 *
 * @param key the session, any bytes
 * @param value a prompt as JSON
 * @param headers in their order
 * @param topic it came from
 * @param partition it came from
 * @param offset in the partition
 * @param timestamp that Kafka has of it, in milliseconds since 1970; negative for none
 */
public record PromptRecord(
    byte[] key,
    byte[] value,
    List<RecordHeader> headers,
    String topic,
    int partition,
    long offset,
    long timestamp) {

  /** Its session; a record without a key is a session of its own. */
  public String session() {
    // One character a byte, so that different keys are different sessions, whatever their bytes.
    return key == null
        ? "record " + partition + "/" + offset
        : "key " + new String(key, StandardCharsets.ISO_8859_1);
  }
}
