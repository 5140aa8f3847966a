package io.flinklm.stream;

import io.flinklm.lane.Refusal;
import io.flinklm.train.Trainer;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One copy of the weights that trains on streams: gathers the hidden states of a batch's rows
 * before its step and puts them back behind it. The job and the plain loop both drive this one
 * class, which is why they give the same bits. Not thread safe.
 */
public final class StreamTraining implements StreamBatchTraining {
  private final StreamStates states;
  private final Supplier<Set<String>> expected;
  private final Trainer trainer;
  private final StreamRows rows;
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
   * Training before its first batch.
   *
   * @param states of the streams
   * @param expected the streams that will likely have a row of the next batch
   * @param trainer whose hidden states are those of a batch's rows
   * @param steps with that trainer
   */
  public StreamTraining(
      StreamStates states, Supplier<Set<String>> expected, Trainer trainer, Steps steps) {
    this.states = states;
    this.expected = expected;
    this.trainer = trainer;
    this.rows = new StreamRows(states, trainer);
    this.steps = steps;
  }

  /** The same with all states in the memory of this process. */
  public static StreamTraining inMemory(Trainer trainer) {
    return new StreamTraining(new StatesInMemory(), Set::of, trainer, Steps.of(trainer));
  }

  @Override
  public void accept(StreamBatch batch) {
    rows.start(batch);
    states.expect(expected.get());
    steps.accept(batch);
    rows.keep(batch);
  }

  @Override
  public void refuse(Refusal refusal) {
    steps.refuse(refusal);
  }

  @Override
  public void ended(StreamEnd end) {
    rows.end(end);
    steps.ended(end);
  }

  @Override
  public void finish() {
    trainer.finish(rows.sha256());
  }
}
