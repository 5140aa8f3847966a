package io.flinklm.job.train;

import io.flinklm.job.wire.ReplicaEvent;
import io.flinklm.lane.Segment;
import io.flinklm.replica.ReplicaWithText;
import io.flinklm.replica.Round;
import io.flinklm.replica.Rounds;
import io.flinklm.weights.Weights;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * The means of all replicas' weights on their way to whoever keeps the books, told by the first
 * replica. Of short rounds most are of no use there: weights leave the training every so many
 * steps, with a checkpoint, and where they are evaluated, which is behind a segment. Not thread
 * safe.
 */
final class ToldAverages {
  // A checkpoint's model is then no older than this.
  private static final long SELDOM = TimeUnit.SECONDS.toNanos(1);

  private final Collection<? extends ReplicaWithText> here;
  private final Output<StreamRecord<ReplicaEvent>> output;
  private final long every;
  private final LongSupplier nanoTime;
  private Segment segment = Segment.FIRST;
  private boolean untold;
  private long toldStep;
  private long toldAt;

  /**
   * None were told yet.
   *
   * @param here the replicas of this subtask, of which the first one may not be
   * @param every so many steps weights are published
   */
  ToldAverages(
      Collection<? extends ReplicaWithText> here,
      Output<StreamRecord<ReplicaEvent>> output,
      long every,
      LongSupplier nanoTime) {
    this.here = here;
    this.output = output;
    this.every = every;
    this.nanoTime = nanoTime;
    this.toldAt = nanoTime.getAsLong() - SELDOM;
  }

  /** Learns of those behind a round, and tells them if they are of use whatever comes. */
  void behind(Rounds.Complete round) {
    untold = true;
    if (round.step() / every > toldStep / every || nanoTime.getAsLong() - toldAt >= SELDOM) {
      tell();
    }
  }

  /**
   * Learns where all replicas are, and tells those that come to the end of a segment: what is
   * evaluated next is of them. A segment may end some time behind its last round.
   */
  void at(Round slowest) {
    if (slowest.segment().compareTo(segment) > 0) {
      segment = slowest.segment();
      if (untold) {
        tell();
      }
    }
  }

  /** Tells those of now. */
  void tell() {
    here.stream().filter(of -> of.replica().number() == 0).forEach(this::tell);
  }

  private void tell(ReplicaWithText first) {
    Weights weights = first.replica().trainer().weights();
    untold = false;
    toldStep = weights.step();
    toldAt = nanoTime.getAsLong();
    output.collect(
        new StreamRecord<>(new ReplicaEvent.Averaged(weights.step(), weights.toSafetensors())));
  }
}
