package io.flinklm.job.wire;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes and reads text on the way to its lane. */
final class LaneTextSerializer extends EventType.EventSerializer<LaneText> {
  private static final long serialVersionUID = 1;

  @Override
  public void serialize(LaneText text, DataOutputView out) throws IOException {
    out.writeInt(text.lane());
    EventParts.write(text.segment(), out);
    out.writeLong(text.position());
    EventParts.write(text.tokens(), out);
    EventParts.write(text.refusal(), out);
    EventParts.write(text.record(), out);
    EventParts.write(text.offsets(), out);
    out.writeInt(text.lostIn());
  }

  @Override
  public LaneText deserialize(DataInputView in) throws IOException {
    return new LaneText(
        in.readInt(),
        EventParts.readSegment(in),
        in.readLong(),
        EventParts.readTokens(in),
        EventParts.readRefusal(in),
        EventParts.readRecord(in),
        EventParts.readOffsets(in),
        in.readInt());
  }

  @Override
  public TypeSerializerSnapshot<LaneText> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Names the serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<LaneText> {
    public Snapshot() {
      super(LaneTextSerializer::new);
    }
  }
}
