package io.flinklm.job.wire;

import io.flinklm.job.wire.StreamEvent.Cut;
import io.flinklm.job.wire.StreamEvent.Ended;
import io.flinklm.job.wire.StreamEvent.Offsets;
import io.flinklm.job.wire.StreamEvent.Refused;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Refusal;
import io.flinklm.stream.StreamChunk;
import io.flinklm.stream.StreamEnd;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes and reads what a stream tells the trainer. */
final class StreamEventSerializer extends EventSerializer<StreamEvent> {
  private static final long serialVersionUID = 1;

  private static final int CUT = 0;
  private static final int ENDED = 1;
  private static final int REFUSED = 2;
  private static final int OFFSETS = 3;

  @Override
  public void serialize(StreamEvent event, DataOutputView out) throws IOException {
    if (event instanceof Cut cut) {
      out.writeByte(CUT);
      write(cut.chunk(), out);
    } else if (event instanceof Ended ended) {
      StreamEnd end = ended.end();
      out.writeByte(ENDED);
      StringSerializer.INSTANCE.serialize(end.stream(), out);
      out.writeLong(end.time());
      out.writeInt(end.tokens());
      out.writeInt(end.bytes());
    } else if (event instanceof Refused refused) {
      out.writeByte(REFUSED);
      refused.refusal().write(out);
    } else if (event instanceof Offsets told) {
      out.writeByte(OFFSETS);
      EventParts.write(told.offsets(), out);
    }
  }

  private static void write(StreamChunk of, DataOutputView out) throws IOException {
    StringSerializer.INSTANCE.serialize(of.stream(), out);
    out.writeLong(of.began());
    out.writeLong(of.time());
    Chunk chunk = of.chunk();
    EventParts.write(chunk.segment(), out);
    out.writeInt(chunk.index());
    out.writeBoolean(chunk.fresh());
    EventParts.write(chunk.tokens(), out);
    EventParts.write(chunk.bytes(), out);
  }

  @Override
  public StreamEvent deserialize(DataInputView in) throws IOException {
    int kind = in.readByte();
    return switch (kind) {
      case CUT -> new Cut(readChunk(in));
      case ENDED ->
          new Ended(
              new StreamEnd(
                  StringSerializer.INSTANCE.deserialize(in),
                  in.readLong(),
                  in.readInt(),
                  in.readInt()));
      case REFUSED -> new Refused(Refusal.read(in));
      case OFFSETS -> new Offsets(EventParts.readOffsets(in));
      default -> throw new IOException("no event is of the kind " + kind);
    };
  }

  private static StreamChunk readChunk(DataInputView in) throws IOException {
    return new StreamChunk(
        StringSerializer.INSTANCE.deserialize(in),
        in.readLong(),
        in.readLong(),
        new Chunk(
            0,
            EventParts.readSegment(in),
            in.readInt(),
            in.readBoolean(),
            EventParts.readTokens(in),
            EventParts.readChunkBytes(in)));
  }

  @Override
  public TypeSerializerSnapshot<StreamEvent> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Names the serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<StreamEvent> {
    public Snapshot() {
      super(StreamEventSerializer::new);
    }
  }
}
