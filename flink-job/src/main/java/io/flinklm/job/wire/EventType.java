package io.flinklm.job.wire;

import io.flinklm.train.Report;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/**
 * The type of an event that travels between operators and brings its own serializer: Flink's for
 * records calls every field by reflection.
 *
 * @param <T> of the event, which is immutable
 */
public final class EventType<T> extends TypeInformation<T> {
  private static final long serialVersionUID = 1;

  /** Text on the way to its lane. */
  public static final EventType<LaneText> LANE_TEXT =
      new EventType<>(LaneText.class, new LaneTextSerializer());

  /** What a lane tells the trainer. */
  public static final EventType<LaneEvent> LANE_EVENT =
      new EventType<>(LaneEvent.class, new LaneEventSerializer());

  /** Text on the way to its stream. */
  public static final EventType<StreamLine> STREAM_LINE =
      new EventType<>(StreamLine.class, new StreamLineSerializer());

  /** What a stream tells the trainer. */
  public static final EventType<StreamEvent> STREAM_EVENT =
      new EventType<>(StreamEvent.class, new StreamEventSerializer());

  /** What a replica that trains on streams is told. */
  public static final EventType<TurnEvent> TURN_EVENT =
      new EventType<>(TurnEvent.class, new TurnEventSerializer());

  /** What records are scored by. */
  public static final EventType<ScoreEvent> SCORE_EVENT =
      new EventType<>(ScoreEvent.class, new ScoreEventSerializer());

  /** What the world learns of the training. */
  public static final EventType<Report> REPORT =
      new EventType<>(Report.class, new ReportSerializer());

  /** What a replica tells the others. */
  public static final EventType<ReplicaPiece> REPLICA_PIECE =
      new EventType<>(ReplicaPiece.class, new ReplicaPieceSerializer());

  /** What replicas learn of each other. */
  public static final EventType<ReplicaMessage> REPLICA_MESSAGE =
      new EventType<>(ReplicaMessage.class, new ReplicaMessageSerializer());

  /** What a replica tells whoever keeps the books. */
  public static final EventType<ReplicaEvent> REPLICA_EVENT =
      new EventType<>(ReplicaEvent.class, new ReplicaEventSerializer());

  private final Class<T> type;
  private final EventSerializer<T> serializer;

  private EventType(Class<T> type, EventSerializer<T> serializer) {
    this.type = type;
    this.serializer = serializer;
  }

  @Override
  public TypeSerializer<T> createSerializer(SerializerConfig config) {
    return serializer;
  }

  @Override
  public Class<T> getTypeClass() {
    return type;
  }

  @Override
  public boolean isBasicType() {
    return false;
  }

  @Override
  public boolean isTupleType() {
    return false;
  }

  @Override
  public boolean isKeyType() {
    return false;
  }

  @Override
  public int getArity() {
    return 1;
  }

  @Override
  public int getTotalFields() {
    return 1;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof EventType;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EventType<?> that && type.equals(that.type);
  }

  @Override
  public int hashCode() {
    return type.hashCode();
  }

  @Override
  public String toString() {
    return type.getSimpleName();
  }
}
