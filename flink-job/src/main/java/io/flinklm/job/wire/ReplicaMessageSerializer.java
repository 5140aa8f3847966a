package io.flinklm.job.wire;

import io.flinklm.job.wire.ReplicaMessage.Attempt;
import io.flinklm.job.wire.ReplicaMessage.BarrierComes;
import io.flinklm.job.wire.ReplicaMessage.Left;
import io.flinklm.job.wire.ReplicaMessage.MeanPiece;
import io.flinklm.replica.Round;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes and reads what replicas learn of each other. */
final class ReplicaMessageSerializer extends EventSerializer<ReplicaMessage> {
  private static final long serialVersionUID = 1;

  private static final int ATTEMPT = 0;
  private static final int LEFT = 1;
  private static final int MEAN_PIECE = 2;
  private static final int BARRIER_COMES = 3;

  @Override
  public void serialize(ReplicaMessage message, DataOutputView out) throws IOException {
    if (message instanceof Attempt attempt) {
      out.writeByte(ATTEMPT);
      out.writeUTF(attempt.name());
    } else if (message instanceof Left left) {
      out.writeByte(LEFT);
      out.writeInt(left.replica());
      left.next().write(out);
    } else if (message instanceof MeanPiece piece) {
      out.writeByte(MEAN_PIECE);
      piece.round().write(out);
      out.writeLong(piece.step());
      out.writeInt(piece.index());
      EventParts.write(piece.state(), out);
    } else if (message instanceof BarrierComes) {
      out.writeByte(BARRIER_COMES);
    }
  }

  @Override
  public ReplicaMessage deserialize(DataInputView in) throws IOException {
    int kind = in.readByte();
    return switch (kind) {
      case ATTEMPT -> new Attempt(in.readUTF());
      case LEFT -> new Left(in.readInt(), Round.read(in));
      case MEAN_PIECE ->
          new MeanPiece(
              Round.read(in),
              in.readLong(),
              in.readInt(),
              ByteBuffer.wrap(EventParts.readBytes(in)));
      case BARRIER_COMES -> new BarrierComes();
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
