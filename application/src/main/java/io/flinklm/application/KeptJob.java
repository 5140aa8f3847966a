package io.flinklm.application;

import io.flinklm.UserMistake;
import io.flinklm.job.train.StreamOptions;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.state.IncrementalRemoteKeyedStateHandle;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The job that a checkpoint is of, as far as Flink needs the same one to go on from it: what it
 * trains on, and which state backend wrote it. Flink itself would say of another one that it cannot
 * map its operators or read its bytes.
 *
 * @param checkpoint where it is
 * @param operators of the job, as its checkpoint keeps them
 */
public record KeptJob(Path checkpoint, List<OperatorState> operators) {
  private static final Logger LOG = LoggerFactory.getLogger(KeptJob.class);
  private static final String METADATA = "_metadata";
  private static final String OF_LANES = "train";
  private static final String OF_STREAMS = "train-streams";
  private static final String OF_REPLICAS_ON_LANES = "train-replicas";
  private static final String OF_REPLICAS_ON_STREAMS = "train-stream-replicas";

  /** Reads what a checkpoint says of its job; of one that cannot be read Flink says why. */
  public static KeptJob of(Path checkpoint) {
    Path metadata =
        checkpoint.getName().equals(METADATA) ? checkpoint : new Path(checkpoint, METADATA);
    try (DataInputStream in = new DataInputStream(metadata.getFileSystem().open(metadata))) {
      return new KeptJob(
          checkpoint,
          List.copyOf(
              Checkpoints.loadCheckpointMetadata(
                      in, KeptJob.class.getClassLoader(), checkpoint.toString())
                  .getOperatorStates()));
    } catch (IOException e) {
      LOG.warn("nothing is known of {} before Flink reads it", checkpoint, e);
      return new KeptJob(checkpoint, List.of());
    }
  }

  /**
   * Makes sure that a job can go on from here.
   *
   * @param streams how it trains on streams; empty for lanes
   * @param replicas whether it has several
   * @throws UserMistake if it cannot
   */
  public void requireFor(Optional<StreamOptions> streams, boolean replicas) throws IOException {
    if (replicas
        ? has(OF_LANES) || has(OF_STREAMS)
        : has(OF_REPLICAS_ON_LANES) || has(OF_REPLICAS_ON_STREAMS)) {
      throw new UserMistake(
          "the checkpoint %s is of a training of %s, and this one has %s: %s --replicas, or begin a new training, with --init-from for the last model"
              .formatted(
                  checkpoint,
                  replicas ? "one replica" : "several replicas",
                  replicas ? "several" : "one",
                  replicas ? "leave out" : "give as many"));
    }
    if (streams.isPresent()
        ? has(OF_LANES) || has(OF_REPLICAS_ON_LANES)
        : has(OF_STREAMS) || has(OF_REPLICAS_ON_STREAMS)) {
      throw new UserMistake(
          "the checkpoint %s is of a training on %s, and this one is on %s: %s --streams, or begin a new training, with --init-from for the last model"
              .formatted(
                  checkpoint,
                  streams.isPresent() ? "lanes" : "streams",
                  streams.isPresent() ? "streams" : "lanes",
                  streams.isPresent() ? "leave out" : "give"));
    }
    if (streams.isPresent()) {
      boolean heap = streams.get().stateBackend().equals(StreamOptions.HEAP);
      for (KeyedStateHandle state : keyed().toList()) {
        if (heap ? isOfRocksDb(state) : isOfHeap(state)) {
          throw new UserMistake(
              "the checkpoint %s was written by the state backend %s: go on with --state-backend %s; only a savepoint can be read by both"
                  .formatted(checkpoint, heap ? "rocksdb" : "heap", heap ? "rocksdb" : "heap"));
        }
      }
    }
  }

  private boolean has(String uid) {
    return operators.stream().anyMatch(of -> of.getOperatorUid().filter(uid::equals).isPresent());
  }

  private Stream<KeyedStateHandle> keyed() {
    return operators.stream()
        .flatMap(of -> of.getStates().stream())
        .flatMap(subtask -> subtask.getManagedKeyedState().stream());
  }

  private static boolean isOfRocksDb(KeyedStateHandle state) throws IOException {
    return state instanceof IncrementalRemoteKeyedStateHandle
        || (isFull(state) && !beginsWithItsNumber((KeyGroupsStateHandle) state));
  }

  private static boolean isOfHeap(KeyedStateHandle state) throws IOException {
    return isFull(state) && beginsWithItsNumber((KeyGroupsStateHandle) state);
  }

  // What both backends write to a savepoint is of a class of its own.
  private static boolean isFull(KeyedStateHandle state) {
    return state.getClass() == KeyGroupsStateHandle.class;
  }

  // The heap writes before each group of keys which one it is. RocksDB begins with the number of a
  // state and the length of a key, and leaves out a group without keys.
  private static boolean beginsWithItsNumber(KeyGroupsStateHandle state) throws IOException {
    int last = state.getKeyGroupRange().getEndKeyGroup();
    try (FSDataInputStream in = state.openInputStream()) {
      in.seek(state.getOffsetForKeyGroup(last));
      return new DataInputStream(in).readInt() == last;
    } catch (EOFException e) {
      return false;
    }
  }
}
