package io.flinklm.job;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplitSerializer;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * A partition of text as a source's reader keeps it in a checkpoint: where it reads on, and how far
 * the lanes of the partition had come by then, as a blob of {@link LaneAlignment}.
 */
final class TextSplit extends KafkaPartitionSplit {
  private final byte[] progress;

  TextSplit(KafkaPartitionSplit split, byte[] progress) {
    super(
        split.getTopicPartition(),
        split.getStartingOffset(),
        split.getStoppingOffset().orElse(NO_STOPPING_OFFSET));
    this.progress = progress;
  }

  byte[] progress() {
    return progress;
  }

  @Override
  public boolean equals(Object other) {
    return super.equals(other);
  }

  @Override
  public int hashCode() {
    return super.hashCode();
  }

  /**
   * Writes and reads partitions of text; also those that the connector's own serializer wrote for
   * an older build, of which it is not known how far their lanes had come.
   */
  static final class Serializer implements SimpleVersionedSerializer<KafkaPartitionSplit> {
    // The connector counts its versions from 0.
    private static final int FIRST_OF_OURS = 1_000;

    private final KafkaPartitionSplitSerializer kafka = new KafkaPartitionSplitSerializer();

    @Override
    public int getVersion() {
      return FIRST_OF_OURS + kafka.getVersion();
    }

    @Override
    public byte[] serialize(KafkaPartitionSplit split) throws IOException {
      byte[] ofKafka = kafka.serialize(split);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeInt(ofKafka.length);
      out.write(ofKafka);
      if (split instanceof TextSplit text) {
        out.write(text.progress);
      }
      return bytes.toByteArray();
    }

    @Override
    public KafkaPartitionSplit deserialize(int version, byte[] bytes) throws IOException {
      if (version < FIRST_OF_OURS) {
        return kafka.deserialize(version, bytes);
      }
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
      byte[] ofKafka = new byte[in.readInt()];
      in.readFully(ofKafka);
      KafkaPartitionSplit split = kafka.deserialize(version - FIRST_OF_OURS, ofKafka);
      byte[] progress = in.readAllBytes();
      return progress.length == 0 ? split : new TextSplit(split, progress);
    }
  }
}
