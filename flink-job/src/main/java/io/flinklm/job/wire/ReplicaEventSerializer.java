package io.flinklm.job.wire;

import io.flinklm.job.wire.ReplicaEvent.Averaged;
import io.flinklm.job.wire.ReplicaEvent.Ended;
import io.flinklm.job.wire.ReplicaEvent.Passed;
import io.flinklm.job.wire.ReplicaEvent.Read;
import io.flinklm.job.wire.ReplicaEvent.Refused;
import io.flinklm.job.wire.ReplicaEvent.Took;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Segment;
import io.flinklm.train.Taken;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes and reads what a replica tells whoever keeps the books. */
final class ReplicaEventSerializer extends EventSerializer<ReplicaEvent> {
  private static final long serialVersionUID = 1;

  private static final int TOOK = 0;
  private static final int REFUSED = 1;
  private static final int READ = 2;
  private static final int AVERAGED = 3;
  private static final int ENDED = 4;
  private static final int PASSED = 5;

  @Override
  public void serialize(ReplicaEvent event, DataOutputView out) throws IOException {
    if (event instanceof Took took) {
      out.writeByte(TOOK);
      out.writeInt(took.replica());
      took.taken().write(out);
    } else if (event instanceof Passed passed) {
      out.writeByte(PASSED);
      out.writeInt(passed.replica());
      passed.segment().write(out);
      out.writeInt(passed.index());
    } else if (event instanceof Refused refused) {
      out.writeByte(REFUSED);
      out.writeInt(refused.replica());
      refused.refusal().write(out);
    } else if (event instanceof Read read) {
      out.writeByte(READ);
      EventParts.write(read.offsets(), out);
    } else if (event instanceof Averaged averaged) {
      out.writeByte(AVERAGED);
      out.writeLong(averaged.step());
      EventParts.write(averaged.safetensors(), out);
    } else if (event instanceof Ended ended) {
      out.writeByte(ENDED);
      out.writeInt(ended.replica());
      out.writeUTF(ended.hiddenStatesSha256());
    }
  }

  @Override
  public ReplicaEvent deserialize(DataInputView in) throws IOException {
    int kind = in.readByte();
    return switch (kind) {
      case TOOK -> new Took(in.readInt(), Taken.read(in));
      case REFUSED -> new Refused(in.readInt(), Refusal.read(in));
      case READ -> new Read(EventParts.readOffsets(in));
      case AVERAGED -> new Averaged(in.readLong(), EventParts.readBytes(in));
      case ENDED -> new Ended(in.readInt(), in.readUTF());
      case PASSED -> new Passed(in.readInt(), Segment.read(in), in.readInt());
      default -> throw new IOException("no event is of the kind " + kind);
    };
  }

  @Override
  public TypeSerializerSnapshot<ReplicaEvent> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Names the serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<ReplicaEvent> {
    public Snapshot() {
      super(ReplicaEventSerializer::new);
    }
  }
}
