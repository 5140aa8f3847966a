package io.flinklm.job;

/**
 * A record that cannot be used, byte for byte as it was received, with the reason in words.
 *
 * @param key as received
 * @param value as received
 * @param topic it came from
 * @param partition it came from
 * @param offset in the partition
 * @param error what is wrong with it and what would be right
 */
public record DeadLetter(
    byte[] key, byte[] value, String topic, int partition, long offset, String error) {

  static DeadLetter of(TextRecord record, String error) {
    return new DeadLetter(
        record.key(), record.value(), record.topic(), record.partition(), record.offset(), error);
  }

  static DeadLetter of(PromptRecord record, String error) {
    return new DeadLetter(
        record.key(), record.value(), record.topic(), record.partition(), record.offset(), error);
  }
}
