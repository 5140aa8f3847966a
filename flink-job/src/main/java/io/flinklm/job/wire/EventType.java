package io.flinklm.job.wire;

import io.flinklm.train.Report;
import java.io.IOException;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

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

  /** What the world learns of the training. */
  public static final EventType<Report> REPORT =
      new EventType<>(Report.class, new ReportSerializer());

  private final Class<T> type;
  private final EventSerializer<T> serializer;

  private EventType(Class<T> type, EventSerializer<T> serializer) {
    this.type = type;
    this.serializer = serializer;
  }

  /**
   * Writes and reads immutable events. What it writes is on the wire alone and in no checkpoint.
   *
   * @param <T> of the event
   */
  public abstract static class EventSerializer<T> extends TypeSerializerSingleton<T> {
    private static final long serialVersionUID = 1;

    @Override
    public boolean isImmutableType() {
      return true;
    }

    @Override
    public T createInstance() {
      return null;
    }

    @Override
    public T copy(T from) {
      return from;
    }

    @Override
    public T copy(T from, T reuse) {
      return from;
    }

    @Override
    public int getLength() {
      return -1;
    }

    @Override
    public T deserialize(T reuse, DataInputView source) throws IOException {
      return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
      serialize(deserialize(source), target);
    }
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
