package io.flinklm.job.wire;

import io.flinklm.job.wire.ReplicaMessage.Attempt;
import io.flinklm.job.wire.ReplicaMessage.Piece;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes and reads what replicas learn of each other. */
final class ReplicaMessageSerializer extends EventSerializer<ReplicaMessage> {
  private static final long serialVersionUID = 1;

  private static final int ATTEMPT = 0;
  private static final int PIECE = 1;

  @Override
  public void serialize(ReplicaMessage message, DataOutputView out) throws IOException {
    if (message instanceof Attempt attempt) {
      out.writeByte(ATTEMPT);
      out.writeUTF(attempt.name());
    } else if (message instanceof Piece piece) {
      out.writeByte(PIECE);
      piece.write(out);
    }
  }

  @Override
  public ReplicaMessage deserialize(DataInputView in) throws IOException {
    int kind = in.readByte();
    return switch (kind) {
      case ATTEMPT -> new Attempt(in.readUTF());
      case PIECE -> Piece.read(in);
      default -> throw new IOException("no message is of the kind " + kind);
    };
  }

  @Override
  public TypeSerializerSnapshot<ReplicaMessage> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Names the serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<ReplicaMessage> {
    public Snapshot() {
      super(ReplicaMessageSerializer::new);
    }
  }
}
