package io.flinklm.job.wire;

import io.flinklm.job.wire.ScoreEvent.Ended;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes and reads what records are scored by. */
final class ScoreEventSerializer extends EventSerializer<ScoreEvent> {
  private static final long serialVersionUID = 1;

  private static final int PLACE = 0;
  private static final int SURPRISALS = 1;
  private static final int ENDED = 2;

  @Override
  public void serialize(ScoreEvent event, DataOutputView out) throws IOException {
    if (event instanceof RecordPlace place) {
      out.writeByte(PLACE);
      write(place.run(), out);
      place.write(out);
    } else if (event instanceof ChunkSurprisals chunk) {
      out.writeByte(SURPRISALS);
      write(chunk.run(), out);
      out.writeLong(chunk.from());
      EventParts.write(chunk.tokens(), out);
      for (float nats : chunk.nats()) {
        out.writeFloat(nats);
      }
      out.writeLong(chunk.step());
    } else if (event instanceof Ended ended) {
      out.writeByte(ENDED);
      write(ended.owner(), out);
      out.writeLong(ended.time());
    }
  }

  private static void write(TextRun run, DataOutputView out) throws IOException {
    write(run.owner(), out);
    EventParts.write(run.segment(), out);
    out.writeLong(run.began());
  }

  private static void write(TextOwner owner, DataOutputView out) throws IOException {
    out.writeInt(owner.lane());
    StringSerializer.INSTANCE.serialize(owner.stream(), out);
  }

  @Override
  public ScoreEvent deserialize(DataInputView in) throws IOException {
    int kind = in.readByte();
    return switch (kind) {
      case PLACE -> RecordPlace.read(readRun(in), in);
      case SURPRISALS -> readSurprisals(in);
      case ENDED -> new Ended(readOwner(in), in.readLong());
      default -> throw new IOException("no event is of the kind " + kind);
    };
  }

  private static ChunkSurprisals readSurprisals(DataInputView in) throws IOException {
    TextRun run = readRun(in);
    long from = in.readLong();
    int[] tokens = EventParts.readTokens(in);
    float[] nats = new float[tokens.length];
    for (int i = 0; i < nats.length; i++) {
      nats[i] = in.readFloat();
    }
    return new ChunkSurprisals(run, from, tokens, nats, in.readLong());
  }

  private static TextRun readRun(DataInputView in) throws IOException {
    return new TextRun(readOwner(in), EventParts.readSegment(in), in.readLong());
  }

  private static TextOwner readOwner(DataInputView in) throws IOException {
    return new TextOwner(in.readInt(), StringSerializer.INSTANCE.deserialize(in));
  }

  @Override
  public TypeSerializerSnapshot<ScoreEvent> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Names the serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<ScoreEvent> {
    public Snapshot() {
      super(ScoreEventSerializer::new);
    }
  }
}
