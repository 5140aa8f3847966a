package io.flinklm.job.wire;

import io.flinklm.job.wire.LaneText.Lost;
import io.flinklm.job.wire.LaneText.OfNoLane;
import io.flinklm.job.wire.LaneText.Offsets;
import io.flinklm.job.wire.LaneText.Refused;
import io.flinklm.job.wire.LaneText.Tokens;
import io.flinklm.lane.Refusal;
import io.flinklm.topics.TextReading.Place;
import java.io.IOException;
import java.util.Optional;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes and reads text on the way to its lane. */
final class LaneTextSerializer extends EventSerializer<LaneText> {
  private static final long serialVersionUID = 1;

  private static final int TOKENS = 0;
  private static final int REFUSED = 1;
  private static final int OF_NO_LANE = 2;
  private static final int LOST = 3;
  private static final int OFFSETS = 4;

  @Override
  public void serialize(LaneText text, DataOutputView out) throws IOException {
    if (text instanceof Tokens of) {
      out.writeByte(TOKENS);
      out.writeInt(of.lane());
      EventParts.write(of.place(), out);
      EventParts.write(of.tokens(), out);
      EventParts.writeLengths(of.lengths(), out);
      EventParts.write(of.record(), out);
    } else if (text instanceof Refused refused) {
      out.writeByte(REFUSED);
      out.writeInt(refused.lane());
      EventParts.write(refused.place().orElse(null), out);
      refused.refusal().write(out);
      EventParts.write(refused.record(), out);
    } else if (text instanceof OfNoLane refused) {
      out.writeByte(OF_NO_LANE);
      refused.refusal().write(out);
    } else if (text instanceof Lost lost) {
      out.writeByte(LOST);
      out.writeInt(lost.lane());
      out.writeInt(lost.partition());
    } else if (text instanceof Offsets told) {
      out.writeByte(OFFSETS);
      EventParts.write(told.offsets(), out);
    }
  }

  @Override
  public LaneText deserialize(DataInputView in) throws IOException {
    int kind = in.readByte();
    return switch (kind) {
      case TOKENS -> readText(in);
      case REFUSED ->
          new Refused(
              in.readInt(),
              Optional.ofNullable(EventParts.readPlace(in)),
              Refusal.read(in),
              EventParts.readRecord(in));
      case OF_NO_LANE -> new OfNoLane(Refusal.read(in));
      case LOST -> new Lost(in.readInt(), in.readInt());
      case OFFSETS -> new Offsets(EventParts.readOffsets(in));
      default -> throw new IOException("no text is of the kind " + kind);
    };
  }

  private static Tokens readText(DataInputView in) throws IOException {
    int lane = in.readInt();
    Place place = EventParts.readPlace(in);
    int[] tokens = EventParts.readTokens(in);
    int[] lengths = EventParts.readLengths(tokens.length, in);
    return new Tokens(lane, place, tokens, lengths, EventParts.readRecord(in));
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
