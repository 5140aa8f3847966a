package io.flinklm.job.wire;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes and reads what a replica tells, as it lies in the topic. */
final class ReplicaPieceSerializer extends EventSerializer<ReplicaPiece> {
  private static final long serialVersionUID = 1;

  @Override
  public void serialize(ReplicaPiece piece, DataOutputView out) throws IOException {
    EventParts.write(piece.toBytes(), out);
  }

  @Override
  public ReplicaPiece deserialize(DataInputView in) throws IOException {
    return ReplicaPiece.parse(EventParts.readBytes(in));
  }

  @Override
  public TypeSerializerSnapshot<ReplicaPiece> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Names the serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<ReplicaPiece> {
    public Snapshot() {
      super(ReplicaPieceSerializer::new);
    }
  }
}
