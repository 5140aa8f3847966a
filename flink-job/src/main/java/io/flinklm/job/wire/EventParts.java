package io.flinklm.job.wire;

import io.flinklm.job.record.RecordHeader;
import io.flinklm.job.record.TextRecord;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The parts that events have in common, as they travel between operators; each may be null. */
final class EventParts {
  private static final int NULL = -1;
  private static final int TRAIN = 0;
  private static final int VALID = 1;

  private EventParts() {}

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

  static void write(int[] tokens, DataOutputView out) throws IOException {
    out.writeInt(tokens == null ? NULL : tokens.length);
    if (tokens != null) {
      for (int token : tokens) {
        out.writeInt(token);
      }
    }
  }

  static int[] readTokens(DataInputView in) throws IOException {
    int length = in.readInt();
    if (length == NULL) {
      return null;
    }
    int[] tokens = new int[length];
    for (int i = 0; i < length; i++) {
      tokens[i] = in.readInt();
    }
    return tokens;
  }

  static void write(Segment segment, DataOutputView out) throws IOException {
    if (segment == null) {
      out.writeByte(NULL);
    } else {
      out.writeByte(segment.split() == Split.TRAIN ? TRAIN : VALID);
      out.writeInt(segment.epoch());
    }
  }

  static Segment readSegment(DataInputView in) throws IOException {
    int split = in.readByte();
    return split == NULL
        ? null
        : new Segment(in.readInt(), split == TRAIN ? Split.TRAIN : Split.VALID);
  }

  static void write(Refusal refusal, DataOutputView out) throws IOException {
    out.writeBoolean(refusal != null);
    if (refusal != null) {
      out.writeUTF(refusal.reason().name());
      out.writeInt(refusal.tokens());
    }
  }

  static Refusal readRefusal(DataInputView in) throws IOException {
    return in.readBoolean()
        ? new Refusal(Refusal.Reason.valueOf(in.readUTF()), in.readInt())
        : null;
  }

  static void write(TextOffsets offsets, DataOutputView out) throws IOException {
    out.writeInt(offsets == null ? NULL : offsets.ofNext().size());
    if (offsets != null) {
      // In an order of its own: that of some maps differs from process to process.
      for (Map.Entry<Integer, Long> offset : new TreeMap<>(offsets.ofNext()).entrySet()) {
        out.writeInt(offset.getKey());
        out.writeLong(offset.getValue());
      }
    }
  }

  static TextOffsets readOffsets(DataInputView in) throws IOException {
    int size = in.readInt();
    if (size == NULL) {
      return null;
    }
    Map<Integer, Long> offsets = new HashMap<>();
    for (int left = size; left > 0; left--) {
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

  static void write(TextRecord record, DataOutputView out) throws IOException {
    out.writeBoolean(record != null);
    if (record != null) {
      write(record.key(), out);
      write(record.value(), out);
      write(record.headers(), out);
      StringSerializer.INSTANCE.serialize(record.topic(), out);
      out.writeInt(record.partition());
      out.writeLong(record.offset());
      out.writeBoolean(record.behindLostText());
    }
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
            in.readBoolean())
        : null;
  }
}
