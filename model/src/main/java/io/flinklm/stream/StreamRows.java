package io.flinklm.stream;

import io.flinklm.lane.HiddenState;
import io.flinklm.train.Trainer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The hidden states of streams while they have rows of batches: a trainer goes on from those of a
 * batch's rows, and they are kept again behind its step. Not thread safe.
 */
public final class StreamRows {
  private final StreamStates states;
  private final Trainer trainer;

  /**
   * Before the first batch.
   *
   * @param states of the streams
   * @param trainer whose hidden states are those of a batch's rows
   */
  public StreamRows(StreamStates states, Trainer trainer) {
    this.states = states;
    this.trainer = trainer;
  }

  /** Gives the trainer the hidden states that the rows of a batch start from. */
  public void start(StreamBatch batch) {
    List<StreamChunk> rows = batch.rows();
    Map<Integer, HiddenState> start = new HashMap<>();
    for (int row = 0; row < rows.size(); row++) {
      StreamChunk chunk = rows.get(row);
      StreamState state = chunk.chunk().fresh() ? null : states.get(chunk.stream());
      if (state != null) {
        start.put(row, state.hiddenState());
      }
    }
    trainer.goOnFrom(start);
  }

  /** Keeps the hidden states that the trainer has behind a batch. */
  public void keep(StreamBatch batch) {
    List<StreamChunk> rows = batch.rows();
    Map<Integer, HiddenState> ended = trainer.hiddenStates();
    Map<String, StreamState> changed = new HashMap<>();
    for (int row = 0; row < rows.size(); row++) {
      StreamChunk chunk = rows.get(row);
      HiddenState state = ended.get(row);
      if (state == null) {
        // It gave NaN or infinity: the stream goes on from zero.
        states.remove(chunk.stream());
      } else {
        changed.put(chunk.stream(), new StreamState(chunk.time(), state));
      }
    }
    states.put(changed);
  }

  /** Lets go of the state of a stream that has ended. */
  public void end(StreamEnd end) {
    StreamState state = states.get(end.stream());
    // Of a stream that has come back it is behind the end.
    if (state != null && state.time() <= end.time()) {
      states.remove(end.stream());
    }
  }

  /** SHA-256 over the hidden states of all streams. */
  public String sha256() {
    return states.sha256();
  }
}
