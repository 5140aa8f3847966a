package io.flinklm.job.kafka;

import org.apache.flink.api.common.serialization.AbstractDeserializationSchema;

/** Takes the value of a record as it is: what is in it is checked later. */
final class RecordValue extends AbstractDeserializationSchema<byte[]> {
  private static final long serialVersionUID = 1;

  @Override
  public byte[] deserialize(byte[] value) {
    return value;
  }
}
