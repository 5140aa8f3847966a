package io.flinklm.job.wire;

import io.flinklm.lane.Chunk;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes and reads what a lane tells the trainer. */
final class LaneEventSerializer extends EventType.EventSerializer<LaneEvent> {
  private static final long serialVersionUID = 1;

  @Override
  public void serialize(LaneEvent event, DataOutputView out) throws IOException {
    out.writeInt(event.lane());
    Chunk chunk = event.chunk();
    out.writeBoolean(chunk != null);
    if (chunk != null) {
      EventParts.write(chunk.segment(), out);
      out.writeInt(chunk.index());
      out.writeBoolean(chunk.fresh());
      EventParts.write(chunk.tokens(), out);
    } else {
      EventParts.write(event.refusal(), out);
      EventParts.write(event.offsets(), out);
    }
  }

  @Override
  public LaneEvent deserialize(DataInputView in) throws IOException {
    int lane = in.readInt();
    if (in.readBoolean()) {
      return LaneEvent.of(
          new Chunk(
              lane,
              EventParts.readSegment(in),
              in.readInt(),
              in.readBoolean(),
              EventParts.readTokens(in)));
    }
    return new LaneEvent(lane, null, EventParts.readRefusal(in), EventParts.readOffsets(in));
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
