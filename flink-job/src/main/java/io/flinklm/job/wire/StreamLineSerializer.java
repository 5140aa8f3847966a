package io.flinklm.job.wire;

import io.flinklm.job.wire.StreamLine.Offsets;
import io.flinklm.job.wire.StreamLine.Refused;
import io.flinklm.job.wire.StreamLine.Tokens;
import io.flinklm.lane.Refusal;
import io.flinklm.text.TextTokens;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes and reads what is told on the way of text to its streams. */
final class StreamLineSerializer extends EventSerializer<StreamLine> {
  private static final long serialVersionUID = 1;

  private static final int TOKENS = 0;
  private static final int REFUSED = 1;
  private static final int OFFSETS = 2;

  @Override
  public void serialize(StreamLine line, DataOutputView out) throws IOException {
    if (line instanceof Tokens text) {
      out.writeByte(TOKENS);
      StringSerializer.INSTANCE.serialize(text.stream(), out);
      out.writeLong(text.time());
      EventParts.write(text.tokens().ids(), out);
      EventParts.writeLengths(text.tokens().lengths(), out);
      out.writeInt(text.bytes());
      out.writeInt(text.partition());
      out.writeLong(text.offset());
    } else if (line instanceof Refused refused) {
      out.writeByte(REFUSED);
      refused.refusal().write(out);
    } else if (line instanceof Offsets told) {
      out.writeByte(OFFSETS);
      EventParts.write(told.offsets(), out);
    }
  }

  @Override
  public StreamLine deserialize(DataInputView in) throws IOException {
    int kind = in.readByte();
    return switch (kind) {
      case TOKENS -> readTokens(in);
      case REFUSED -> new Refused(Refusal.read(in));
      case OFFSETS -> new Offsets(EventParts.readOffsets(in));
      default -> throw new IOException("no line is of the kind " + kind);
    };
  }

  private static Tokens readTokens(DataInputView in) throws IOException {
    String stream = StringSerializer.INSTANCE.deserialize(in);
    long time = in.readLong();
    int[] ids = EventParts.readTokens(in);
    int[] lengths = EventParts.readLengths(ids.length, in);
    return new Tokens(
        stream, time, new TextTokens(ids, lengths), in.readInt(), in.readInt(), in.readLong());
  }

  @Override
  public TypeSerializerSnapshot<StreamLine> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Names the serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<StreamLine> {
    public Snapshot() {
      super(StreamLineSerializer::new);
    }
  }
}
