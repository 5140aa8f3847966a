package io.flinklm.job.wire;

import io.flinklm.Blob;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far the topic {@code text} was read: the offset of the next record, by partition. Whoever
 * reads records tells it before each barrier, so that it belongs to one checkpoint.
 *
 * @param ofNext offset of the next record by partition
 */
public record TextOffsets(Map<Integer, Long> ofNext) {
  private static final String KIND = "OFFS";

  // Version 1: number of partitions, then each one's number and offset.
  private static final int VERSION = 1;

  /** Where nothing was read. */
  public static TextOffsets none() {
    return new TextOffsets(Map.of());
  }

  /** The same after what another reader has read. */
  public TextOffsets and(TextOffsets other) {
    Map<Integer, Long> both = new TreeMap<>(ofNext);
    other.ofNext.forEach((partition, offset) -> both.merge(partition, offset, Math::max));
    return new TextOffsets(both);
  }

  /** All of it as a blob. */
  public byte[] write() {
    return Blob.write(
        KIND,
        VERSION,
        out -> {
          out.writeInt(ofNext.size());
          for (Map.Entry<Integer, Long> entry : new TreeMap<>(ofNext).entrySet()) {
            out.writeInt(entry.getKey());
            out.writeLong(entry.getValue());
          }
        });
  }

  /** Reads what {@link #write} wrote. */
  public static TextOffsets read(byte[] blob) {
    return Blob.read(
        KIND,
        VERSION,
        blob,
        (in, version) -> {
          Map<Integer, Long> next = new TreeMap<>();
          for (int left = in.readInt(); left > 0; left--) {
            next.put(in.readInt(), in.readLong());
          }
          return new TextOffsets(next);
        });
  }
}
