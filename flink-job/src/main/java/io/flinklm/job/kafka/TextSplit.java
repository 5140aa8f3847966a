package io.flinklm.job.kafka;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Optional;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplitSerializer;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * A partition of text as a source's reader keeps it in a checkpoint: where it reads on, of which
 * topic of which cluster it is, and how far its lanes had come by then, as a blob of {@code
 * LaneAlignment}.
 */
final class TextSplit extends KafkaPartitionSplit {
  private static final byte[] NONE = {};

  private final byte[] progress;
  private final TextOrigin origin;

  /**
   * A partition.
   *
   * @param progress of its lanes; null where nobody aligns them
   * @param origin of its text; null where that is not known yet
   */
  TextSplit(KafkaPartitionSplit split, byte[] progress, TextOrigin origin) {
    super(
        split.getTopicPartition(),
        split.getStartingOffset(),
        split.getStoppingOffset().orElse(NO_STOPPING_OFFSET));
    this.progress = progress == null ? NONE : progress;
    this.origin = origin;
  }

  Optional<byte[]> progress() {
    return progress.length == 0 ? Optional.empty() : Optional.of(progress);
  }

  Optional<TextOrigin> origin() {
    return Optional.ofNullable(origin);
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
    // The connector counts its versions from 0. From 1,000 on, the progress follows what is the
    // connector's; from 2,000 on, length of the progress, progress, and origin; from 3,000 on, the
    // origin has the format of the records.
    private static final int WITH_PROGRESS = 1_000;
    private static final int WITH_ORIGIN = 2_000;
    private static final int WITH_FORMAT = 3_000;

    private final KafkaPartitionSplitSerializer kafka = new KafkaPartitionSplitSerializer();

    @Override
    public int getVersion() {
      return WITH_FORMAT + kafka.getVersion();
    }

    @Override
    public byte[] serialize(KafkaPartitionSplit split) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      write(kafka.serialize(split), out);
      if (split instanceof TextSplit text) {
        write(text.progress, out);
        write(text.origin == null ? NONE : text.origin.write(), out);
      }
      return bytes.toByteArray();
    }

    private static void write(byte[] part, DataOutputStream out) throws IOException {
      out.writeInt(part.length);
      out.write(part);
    }

    private static byte[] readPart(DataInputStream in) throws IOException {
      byte[] part = new byte[in.readInt()];
      in.readFully(part);
      return part;
    }

    @Override
    public KafkaPartitionSplit deserialize(int version, byte[] bytes) throws IOException {
      if (version < WITH_PROGRESS) {
        return kafka.deserialize(version, bytes);
      }
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
      byte[] ofKafka = readPart(in);
      if (version < WITH_ORIGIN) {
        KafkaPartitionSplit split = kafka.deserialize(version - WITH_PROGRESS, ofKafka);
        return in.available() == 0 ? split : new TextSplit(split, in.readAllBytes(), null);
      }
      int ours = version < WITH_FORMAT ? WITH_ORIGIN : WITH_FORMAT;
      KafkaPartitionSplit split = kafka.deserialize(version - ours, ofKafka);
      if (in.available() == 0) {
        return split;
      }
      byte[] progress = readPart(in);
      byte[] origin = readPart(in);
      return new TextSplit(split, progress, origin.length == 0 ? null : TextOrigin.read(origin));
    }
  }
}
