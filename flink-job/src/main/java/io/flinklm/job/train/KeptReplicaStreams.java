package io.flinklm.job.train;

import io.flinklm.job.state.RefusedStateException;
import io.flinklm.stream.StreamState;
import io.flinklm.stream.StreamStates;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.flink.api.common.state.MapState;

/** The states of the streams of one replica as Flink keeps them: a blob each, under its key. */
final class KeptReplicaStreams implements StreamStates {
  private final KeptReplicas replicas;
  private final int replica;
  private final MapState<String, byte[]> states;

  /**
   * Those of a replica of an operator that is being initialized.
   *
   * @param states of all replicas of it
   */
  KeptReplicaStreams(KeptReplicas replicas, int replica, MapState<String, byte[]> states) {
    this.replicas = replicas;
    this.replica = replica;
    this.states = states;
  }

  @Override
  public StreamState get(String stream) {
    return ofFlink(
        () -> {
          byte[] blob = states.get(stream);
          StreamState[] read = new StreamState[1];
          if (blob != null) {
            RefusedStateException.endingTheJob(() -> read[0] = StreamState.read(blob));
          }
          return read[0];
        });
  }

  @Override
  public void put(Map<String, StreamState> changed) {
    ofFlink(
        () -> {
          for (Map.Entry<String, StreamState> each : changed.entrySet()) {
            states.put(each.getKey(), each.getValue().write());
          }
          return null;
        });
  }

  @Override
  public void remove(String stream) {
    ofFlink(
        () -> {
          states.remove(stream);
          return null;
        });
  }

  @Override
  public SortedSet<String> names() {
    return ofFlink(
        () -> {
          TreeSet<String> names = new TreeSet<>();
          states.keys().forEach(names::add);
          return names;
        });
  }

  private <T> T ofFlink(Callable<T> access) {
    replicas.turnTo(replica);
    try {
      return access.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("Flink does not give the state of a stream", e);
    }
  }
}
