package io.flinklm.stream;

import io.flinklm.Blob;
import io.flinklm.lane.HiddenState;
import io.flinklm.lane.Refusal;
import io.flinklm.train.Trainer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Training on streams: makes batches of their chunks, gathers the hidden states of a batch's rows
 * before its step and puts them back behind it. The job and the plain loop both drive this one
 * class, which is why they give the same bits. Not thread safe.
 */
public final class StreamTraining {
  private static final String KIND = "SBAT";

  // Version 1: how far batches have come, the chunks in none, the ends of streams not come to.
  // Version 2: the same with when the stream of each chunk began.
  private static final int VERSION = 2;

  private final StreamBatches batches;
  private final StreamEnds ends = new StreamEnds();
  private final StreamStates states;
  private final Trainer trainer;
  private final Steps steps;

  /** Who takes the steps and keeps the books. */
  public interface Steps {
    /** Trains on a batch. */
    void accept(StreamBatch batch);

    /** Counts what will not be trained on. */
    void refuse(Refusal refusal);

    /** Training has come past the end of a stream. */
    void ended(StreamEnd end);

    /** Those of a trainer that nobody else is told of. */
    static Steps of(Trainer trainer) {
      return new Steps() {
        @Override
        public void accept(StreamBatch batch) {
          trainer.accept(batch.batch());
        }

        @Override
        public void refuse(Refusal refusal) {
          trainer.refuse(refusal);
        }

        @Override
        public void ended(StreamEnd end) {
          // The trainer keeps nothing of a stream.
        }
      };
    }
  }

  /**
   * Training before its first chunk.
   *
   * @param batches the rule
   * @param states of the streams
   * @param trainer whose hidden states are those of a batch's rows
   * @param steps with that trainer
   */
  public StreamTraining(StreamBatches batches, StreamStates states, Trainer trainer, Steps steps) {
    this.batches = batches;
    this.states = states;
    this.trainer = trainer;
    this.steps = steps;
  }

  /** Takes a chunk. */
  public void add(StreamChunk chunk) {
    batches.add(chunk, this::train);
  }

  /** Learns of a stream's end, before a later time is passed. */
  public void add(StreamEnd end) {
    ends.add(end);
  }

  /** Counts what will not be trained on. */
  public void refuse(Refusal refusal) {
    steps.refuse(refusal);
  }

  /** Learns that all up to a time has come, and trains on what is ready. */
  public void pass(long time) {
    batches.pass(time, this::train);
  }

  /** Reports the end; all has passed by then. */
  public void finish() {
    settle();
    trainer.finish(states.sha256());
  }

  private void train(StreamBatch batch) {
    List<StreamChunk> rows = batch.rows();
    Map<Integer, HiddenState> start = new HashMap<>();
    for (int row = 0; row < rows.size(); row++) {
      StreamChunk chunk = rows.get(row);
      StreamState state = chunk.chunk().fresh() ? null : states.get(chunk.stream());
      if (state != null) {
        start.put(row, state.hiddenState());
      }
    }
    states.expect(batches.expected());
    trainer.goOnFrom(start);
    steps.accept(batch);
    keep(rows, trainer.hiddenStates());
    settle();
  }

  private void keep(List<StreamChunk> rows, Map<Integer, HiddenState> ended) {
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

  // Behind a batch, and not whenever a time is passed: so each report counts the same ends, however
  // finely times were told.
  private void settle() {
    if (ends.isEmpty()) {
      return;
    }
    ends.before(
        batches.settled(),
        end -> {
          if (end.bytes() > 0) {
            steps.refuse(end.refusal());
          }
          StreamState state = states.get(end.stream());
          // Of a stream that has come back it is behind the end.
          if (state != null && state.time() <= end.time()) {
            states.remove(end.stream());
          }
          steps.ended(end);
        });
  }

  /** What is in no batch yet, as a blob. */
  public byte[] write() {
    return Blob.write(
        KIND,
        VERSION,
        out -> {
          batches.write(out);
          ends.write(out);
        });
  }

  /** Goes on from what {@link #write} wrote; to be called before the first chunk. */
  public void read(byte[] blob) {
    Blob.read(
        KIND,
        VERSION,
        blob,
        (in, version) -> {
          batches.read(in, version > 1 ? StreamChunk::read : StreamChunk::readWithoutBeginning);
          ends.read(in);
          return this;
        });
  }
}
