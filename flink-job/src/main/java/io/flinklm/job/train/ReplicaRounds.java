package io.flinklm.job.train;

import io.flinklm.job.models.TrainedModel;
import io.flinklm.job.wire.ChunkSurprisals;
import io.flinklm.job.wire.ReplicaEvent;
import io.flinklm.job.wire.ReplicaMessage.Attempt;
import io.flinklm.job.wire.ReplicaMessage.Left;
import io.flinklm.job.wire.ReplicaMessage.MeanPiece;
import io.flinklm.job.wire.ScoreEvent;
import io.flinklm.job.wire.TextRun;
import io.flinklm.lane.Batch;
import io.flinklm.lane.Split;
import io.flinklm.replica.Publication;
import io.flinklm.replica.ReplicaPlaces;
import io.flinklm.replica.ReplicaWithText;
import io.flinklm.replica.Round;
import io.flinklm.replica.Turn;
import io.flinklm.train.NonfiniteException;
import io.flinklm.train.Trainer;
import io.flinklm.weights.Weights;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.function.BiFunction;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.execution.CancelTaskException;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * The replicas of a subtask in their rounds: each takes its batches as long as all replicas of the
 * training are where it is, tells when it leaves a round, and goes on with the mean of all once the
 * round is complete. Not thread safe.
 *
 * @param <R> a replica with its text
 */
final class ReplicaRounds<R extends ReplicaWithText> implements AutoCloseable {
  private final Setup setup;
  private final Collection<R> here;
  private final BiFunction<R, Integer, TextRun> runs;
  private final Output<StreamRecord<ReplicaEvent>> output;
  private ReplicaPlaces places;
  private final HeardMean mean;
  private final RoundMetrics shown;
  private final ToldAverages averages;
  private String attempt;
  private boolean textEnded;
  private boolean ended;

  /**
   * Replicas of which nothing was heard yet.
   *
   * @param runs of text that the chunk of a row of a replica's turn is of
   */
  ReplicaRounds(
      Setup setup,
      Collection<R> here,
      BiFunction<R, Integer, TextRun> runs,
      Output<StreamRecord<ReplicaEvent>> output,
      MetricGroup group) {
    this.setup = setup;
    this.here = here;
    this.runs = runs;
    this.output = output;
    this.places = new ReplicaPlaces(setup.config().replication().count());
    // All replicas are of one size, and each subtask has one at least.
    this.mean = new HeardMean(here.iterator().next().replica()::roomForWeights);
    this.shown = new RoundMetrics(group, System::nanoTime);
    this.averages =
        new ToldAverages(here, output, setup.options().publishEvery(), System::nanoTime);
  }

  /** Tells of weights that no training of this job has made. */
  void open() {
    if (setup.initial() != null) {
      averages.tell();
    }
  }

  /** Learns that what was told so far counts no more: tells once more what others need. */
  void begin(Attempt started) {
    attempt = started.name();
    // The gate makes the mean anew; where it was not whole, no round may be complete with its rest.
    places = new ReplicaPlaces(setup.config().replication().count());
    mean.forget();
    here.forEach(of -> tell(of.replica().again()));
  }

  /** Learns that no more text comes. */
  void endText() {
    textEnded = true;
  }

  /** Takes up a piece of the mean of a round. */
  void add(MeanPiece piece) {
    mean.add(piece);
  }

  /** Learns that a replica has left a round, and goes on with the mean of one that is complete. */
  void add(Left left) {
    Round before = places.slowest();
    places.add(left.replica(), left.next());
    if (!places.slowest().equals(before)) {
      shown.cameLast(left.replica());
    }
    mean.before(places.slowest())
        .ifPresent(
            complete -> {
              here.forEach(of -> of.replica().accept(complete));
              averages.behind(complete);
              shown.completed();
            });
    averages.at(places.slowest());
  }

  /** Lets each replica take what it can; says whether any took a batch. */
  boolean advance() {
    boolean any = false;
    boolean more = true;
    while (more) {
      more = false;
      for (R of : here) {
        more |= takeNext(of);
      }
      any |= more;
    }
    endIfAllHave();
    return any;
  }

  private boolean takeNext(R of) {
    Optional<Turn> next = of.next(textEnded);
    if (next.isEmpty()) {
      if (textEnded) {
        of.replica().end().ifPresent(this::tell);
      }
      return false;
    }
    Turn turn = next.get();
    of.replica().turnTo(turn).ifPresent(this::tell);
    if (turn.rows().isEmpty()) {
      of.pass();
      output.collect(
          new StreamRecord<>(
              new ReplicaEvent.Passed(of.replica().number(), turn.segment(), turn.index())));
    } else if (places.allAt(of.replica().at())) {
      take(of, turn.rows().get());
    } else {
      return false;
    }
    of.replica().after(turn).ifPresent(this::tell);
    return true;
  }

  private void take(R of, Batch rows) {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancelTaskException("interrupted between two steps");
    }
    try {
      of.start();
      if (setup.options().scores()) {
        tellSurprisals(of, rows);
      }
      long start = shown.now();
      ReplicaEvent took = new ReplicaEvent.Took(of.replica().number(), of.take());
      if (rows.segment().split() == Split.TRAIN) {
        shown.stepTook(start);
      }
      output.collect(new StreamRecord<>(took));
    } catch (NonfiniteException e) {
      // A restarted job would come to the same step again, and again.
      Weights weights = of.replica().trainer().weights();
      setup
          .nonfinite()
          .keepWeights(
              setup.config(),
              TrainedModel.of(weights.step(), weights.sha256(), weights.toSafetensors()));
      throw new SuppressRestartsException(e);
    }
  }

  private void tellSurprisals(R of, Batch rows) {
    Trainer trainer = of.replica().trainer();
    float[] nats = trainer.surprisals(rows);
    ChunkSurprisals.of(
            rows,
            setup.config().windows(),
            row -> runs.apply(of, row),
            nats,
            trainer.weights().step())
        .forEach(told -> output.collect(ScoreEvent.SURPRISALS, new StreamRecord<>(told)));
  }

  private void tell(Publication publication) {
    // Before the job has heard that it has started nobody listens; then all is told again.
    if (attempt != null) {
      PublicationPieces.of(publication, attempt)
          .forEach(piece -> output.collect(ReplicaOperator.TOLD, new StreamRecord<>(piece)));
      shown.told(publication);
    }
  }

  /** Whether others are further than a replica. */
  boolean isBehind(R of) {
    Round furthest = places.furthest();
    return !furthest.equals(Round.END) && of.replica().at().compareTo(furthest) < 0;
  }

  /** Lets a replica that has no text go on to where the others are. */
  void pass(R of) {
    of.replica().pass(places.furthest()).ifPresent(this::tell);
  }

  private void endIfAllHave() {
    if (!ended && textEnded && places.allAt(Round.END)) {
      ended = true;
      averages.tell();
      for (R of : here) {
        output.collect(
            new StreamRecord<>(
                new ReplicaEvent.Ended(of.replica().number(), of.hiddenStatesSha256())));
      }
    }
  }

  @Override
  public void close() {
    mean.close();
  }

  /** The replicas that others wait for, as a clause; empty where nobody waits. */
  Optional<String> awaited() {
    for (R of : here) {
      int[] behind = places.awaited(of.replica().at());
      if (behind.length > 0) {
        return Optional.of(
            "replica "
                + LaneGauges.named(Arrays.stream(behind).boxed().toList())
                + " to come to "
                + of.replica().at());
      }
    }
    return Optional.empty();
  }
}
