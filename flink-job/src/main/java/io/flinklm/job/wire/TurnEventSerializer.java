package io.flinklm.job.wire;

import io.flinklm.job.wire.TurnEvent.End;
import io.flinklm.job.wire.TurnEvent.Next;
import io.flinklm.job.wire.TurnEvent.Offsets;
import io.flinklm.stream.StreamTurn;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes and reads what a replica that trains on streams is told. */
final class TurnEventSerializer extends EventSerializer<TurnEvent> {
  private static final long serialVersionUID = 1;

  private static final int NEXT = 0;
  private static final int END = 1;
  private static final int OFFSETS = 2;

  @Override
  public void serialize(TurnEvent event, DataOutputView out) throws IOException {
    if (event instanceof Next next) {
      out.writeByte(NEXT);
      out.writeInt(next.replica());
      StreamTurn.write(next.turn(), out);
    } else if (event instanceof End end) {
      out.writeByte(END);
      out.writeInt(end.replica());
    } else if (event instanceof Offsets told) {
      out.writeByte(OFFSETS);
      EventParts.write(told.offsets(), out);
    }
  }

  @Override
  public TurnEvent deserialize(DataInputView in) throws IOException {
    int kind = in.readByte();
    return switch (kind) {
      case NEXT -> new Next(in.readInt(), StreamTurn.read(in));
      case END -> new End(in.readInt());
      case OFFSETS -> new Offsets(EventParts.readOffsets(in));
      default -> throw new IOException("no event is of the kind " + kind);
    };
  }

  @Override
  public TypeSerializerSnapshot<TurnEvent> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Names the serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<TurnEvent> {
    public Snapshot() {
      super(TurnEventSerializer::new);
    }
  }
}
