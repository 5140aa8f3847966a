package io.flinklm.job.wire;

import io.flinklm.job.record.RecordHeader;
import io.flinklm.job.record.TextRecord;
import io.flinklm.lane.ChunkBytes;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.topics.RecordContent;
import io.flinklm.topics.TextReading.Place;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The parts that events have in common, as they travel between operators. */
final class EventParts {
  private static final int NULL = -1;
  private static final int LONG = 255;
  private static final int PART = 64 * 1024;
  private static final int TRAIN = 0;
  private static final int VALID = 1;

  private EventParts() {}

  /** Writes bytes, or null for none. */
  static void write(byte[] bytes, DataOutputView out) throws IOException {
    out.writeInt(bytes == null ? NULL : bytes.length);
    if (bytes != null) {
      out.write(bytes);
    }
  }

  static byte[] readBytes(DataInputView in) throws IOException {
    int length = in.readInt();
    if (length == NULL) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }

  /** Writes bytes that may lie outside of Java's heap, in parts that a cache holds. */
  static void write(ByteBuffer bytes, DataOutput out) throws IOException {
    ByteBuffer left = bytes.duplicate();
    out.writeInt(left.remaining());
    byte[] part = new byte[Math.min(PART, left.remaining())];
    while (left.hasRemaining()) {
      int length = Math.min(part.length, left.remaining());
      left.get(part, 0, length);
      out.write(part, 0, length);
    }
  }

  static void write(int[] tokens, DataOutputView out) throws IOException {
    out.writeInt(tokens.length);
    for (int token : tokens) {
      out.writeInt(token);
    }
  }

  static int[] readTokens(DataInputView in) throws IOException {
    int[] tokens = new int[in.readInt()];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = in.readInt();
    }
    return tokens;
  }

  /** Writes the bytes of tokens, of which few are long; how many there are is known. */
  static void writeLengths(int[] lengths, DataOutputView out) throws IOException {
    for (int length : lengths) {
      if (length < LONG) {
        out.writeByte(length);
      } else {
        out.writeByte(LONG);
        out.writeInt(length);
      }
    }
  }

  static int[] readLengths(int tokens, DataInputView in) throws IOException {
    int[] lengths = new int[tokens];
    for (int i = 0; i < tokens; i++) {
      int length = in.readUnsignedByte();
      lengths[i] = length < LONG ? length : in.readInt();
    }
    return lengths;
  }

  static void write(ChunkBytes bytes, DataOutputView out) throws IOException {
    out.writeInt(bytes.first());
    out.writeInt(bytes.targets());
    out.writeInt(bytes.last());
  }

  static ChunkBytes readChunkBytes(DataInputView in) throws IOException {
    return new ChunkBytes(in.readInt(), in.readInt(), in.readInt());
  }

  static void write(Segment segment, DataOutputView out) throws IOException {
    out.writeByte(segment.split() == Split.TRAIN ? TRAIN : VALID);
    out.writeInt(segment.epoch());
  }

  static Segment readSegment(DataInputView in) throws IOException {
    Split split = in.readByte() == TRAIN ? Split.TRAIN : Split.VALID;
    return new Segment(in.readInt(), split);
  }

  /** Writes a place, or null for none. */
  static void write(Place place, DataOutputView out) throws IOException {
    out.writeBoolean(place != null);
    if (place != null) {
      write(place.segment(), out);
      out.writeLong(place.position());
    }
  }

  static Place readPlace(DataInputView in) throws IOException {
    return in.readBoolean() ? new Place(readSegment(in), in.readLong()) : null;
  }

  static void write(TextOffsets offsets, DataOutputView out) throws IOException {
    out.writeInt(offsets.ofNext().size());
    // In an order of its own: that of some maps differs from process to process.
    for (Map.Entry<Integer, Long> offset : new TreeMap<>(offsets.ofNext()).entrySet()) {
      out.writeInt(offset.getKey());
      out.writeLong(offset.getValue());
    }
  }

  static TextOffsets readOffsets(DataInputView in) throws IOException {
    Map<Integer, Long> offsets = new HashMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      offsets.put(in.readInt(), in.readLong());
    }
    return new TextOffsets(offsets);
  }

  private static void write(List<RecordHeader> headers, DataOutputView out) throws IOException {
    out.writeInt(headers.size());
    for (RecordHeader header : headers) {
      StringSerializer.INSTANCE.serialize(header.name(), out);
      write(header.value(), out);
    }
  }

  private static List<RecordHeader> readHeaders(DataInputView in) throws IOException {
    List<RecordHeader> headers = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      headers.add(new RecordHeader(StringSerializer.INSTANCE.deserialize(in), readBytes(in)));
    }
    return headers;
  }

  /** Writes a record, or null for none. */
  static void write(TextRecord record, DataOutputView out) throws IOException {
    out.writeBoolean(record != null);
    if (record != null) {
      write(record.key(), out);
      write(record.value(), out);
      write(record.headers(), out);
      StringSerializer.INSTANCE.serialize(record.topic(), out);
      out.writeInt(record.partition());
      out.writeLong(record.offset());
      out.writeLong(record.timestamp());
      out.writeBoolean(record.behindLostText());
      write(record.content(), out);
    }
  }

  private static void write(RecordContent content, DataOutputView out) throws IOException {
    out.writeBoolean(content != null);
    if (content != null) {
      write(content.key(), out);
      write(content.text(), out);
      out.writeBoolean(content.time() != null);
      if (content.time() != null) {
        out.writeLong(content.time());
      }
      StringSerializer.INSTANCE.serialize(content.wrongKey(), out);
      StringSerializer.INSTANCE.serialize(content.wrongText(), out);
      StringSerializer.INSTANCE.serialize(content.wrongTime(), out);
    }
  }

  private static RecordContent readContent(DataInputView in) throws IOException {
    return in.readBoolean()
        ? new RecordContent(
            readBytes(in),
            readBytes(in),
            in.readBoolean() ? in.readLong() : null,
            StringSerializer.INSTANCE.deserialize(in),
            StringSerializer.INSTANCE.deserialize(in),
            StringSerializer.INSTANCE.deserialize(in))
        : null;
  }

  static TextRecord readRecord(DataInputView in) throws IOException {
    return in.readBoolean()
        ? new TextRecord(
            readBytes(in),
            readBytes(in),
            readHeaders(in),
            StringSerializer.INSTANCE.deserialize(in),
            in.readInt(),
            in.readLong(),
            in.readLong(),
            in.readBoolean(),
            readContent(in))
        : null;
  }
}
