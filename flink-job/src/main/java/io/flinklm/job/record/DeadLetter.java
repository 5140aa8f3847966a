package io.flinklm.job.record;

import io.flinklm.Quotation;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.util.OutputTag;

/**
 * A record that cannot be used, byte for byte as it was received, with the reason in words.
 *
 * @param key as received
 * @param value as received
 * @param headers as received
 * @param topic it came from
 * @param partition it came from
 * @param offset in the partition
 * @param timestamp that Kafka had of it, in milliseconds since 1970; negative for none
 * @param error what is wrong with it and what would be right
 */
public record DeadLetter(
    byte[] key,
    byte[] value,
    List<RecordHeader> headers,
    String topic,
    int partition,
    long offset,
    long timestamp,
    String error) {
  /** The side output of the operators that refuse records. */
  public static final OutputTag<DeadLetter> TAG =
      new OutputTag<>("dead letters", TypeInformation.of(DeadLetter.class));

  private static final int LONGEST_ERROR = 1_000;

  /** The letter of a record of text, with what is wrong with it. */
  public static DeadLetter of(TextRecord record, String error) {
    return new DeadLetter(
        record.key(),
        record.value(),
        record.headers(),
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        Quotation.beginning(error, LONGEST_ERROR));
  }

  /** The letter of a prompt, with what is wrong with it. */
  public static DeadLetter of(PromptRecord record, String error) {
    return new DeadLetter(
        record.key(),
        record.value(),
        record.headers(),
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        Quotation.beginning(error, LONGEST_ERROR));
  }
}
