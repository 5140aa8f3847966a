package io.flinklm.job.wire;

import io.flinklm.job.wire.LaneEvent.Cut;
import io.flinklm.job.wire.LaneEvent.Offsets;
import io.flinklm.job.wire.LaneEvent.Refused;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Refusal;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes and reads what a lane tells the trainer. */
final class LaneEventSerializer extends EventSerializer<LaneEvent> {
  private static final long serialVersionUID = 1;

  private static final int CUT = 0;
  private static final int REFUSED = 1;
  private static final int OFFSETS = 2;

  @Override
  public void serialize(LaneEvent event, DataOutputView out) throws IOException {
    if (event instanceof Cut cut) {
      Chunk chunk = cut.chunk();
      out.writeByte(CUT);
      out.writeInt(chunk.lane());
      EventParts.write(chunk.segment(), out);
      out.writeInt(chunk.index());
      out.writeBoolean(chunk.fresh());
      EventParts.write(chunk.tokens(), out);
      EventParts.write(chunk.bytes(), out);
    } else if (event instanceof Refused refused) {
      out.writeByte(REFUSED);
      out.writeInt(refused.lane());
      refused.refusal().write(out);
    } else if (event instanceof Offsets told) {
      out.writeByte(OFFSETS);
      EventParts.write(told.offsets(), out);
    }
  }

  @Override
  public LaneEvent deserialize(DataInputView in) throws IOException {
    int kind = in.readByte();
    return switch (kind) {
      case CUT ->
          new Cut(
              new Chunk(
                  in.readInt(),
                  EventParts.readSegment(in),
                  in.readInt(),
                  in.readBoolean(),
                  EventParts.readTokens(in),
                  EventParts.readChunkBytes(in)));
      case REFUSED -> new Refused(in.readInt(), Refusal.read(in));
      case OFFSETS -> new Offsets(EventParts.readOffsets(in));
      default -> throw new IOException("no event is of the kind " + kind);
    };
  }

  @Override
  public TypeSerializerSnapshot<LaneEvent> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Names the serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<LaneEvent> {
    public Snapshot() {
      super(LaneEventSerializer::new);
    }
  }
}
