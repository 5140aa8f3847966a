package io.flinklm.job.train;

import io.flinklm.job.state.RefusedStateException;
import io.flinklm.stream.StreamState;
import io.flinklm.stream.StreamStates;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;

/** The states of streams as Flink keeps them: a blob each, keyed by stream. */
final class KeptStreams implements StreamStates {
  private static final ValueStateDescriptor<byte[]> STREAM =
      new ValueStateDescriptor<>("stream", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private final AbstractStreamOperator<?> operator;
  private final ValueState<byte[]> state;

  /** Those of an operator that is being initialized. */
  KeptStreams(AbstractStreamOperator<?> operator, KeyedStateStore store) {
    this.operator = operator;
    this.state = store.getState(STREAM);
  }

  @Override
  public StreamState get(String stream) {
    operator.setCurrentKey(stream);
    StreamState[] read = new StreamState[1];
    ofFlink(
        () -> {
          byte[] blob = state.value();
          if (blob != null) {
            RefusedStateException.endingTheJob(() -> read[0] = StreamState.read(blob));
          }
          return null;
        });
    return read[0];
  }

  @Override
  public void put(Map<String, StreamState> changed) {
    ofFlink(
        () -> {
          for (Map.Entry<String, StreamState> each : changed.entrySet()) {
            operator.setCurrentKey(each.getKey());
            state.update(each.getValue().write());
          }
          return null;
        });
  }

  @Override
  public void remove(String stream) {
    operator.setCurrentKey(stream);
    state.clear();
  }

  @Override
  public SortedSet<String> names() {
    try (Stream<String> names =
        operator.<String>getKeyedStateBackend().getKeys(STREAM.getName(), VoidNamespace.INSTANCE)) {
      return names.collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static void ofFlink(Callable<Void> access) {
    try {
      access.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("Flink does not give the state of a stream", e);
    }
  }
}
