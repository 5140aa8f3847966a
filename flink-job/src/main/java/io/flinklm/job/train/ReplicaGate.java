package io.flinklm.job.train;

import io.flinklm.Blob.RefusedException;
import io.flinklm.job.wire.ReplicaMessage;
import io.flinklm.job.wire.ReplicaMessage.Attempt;
import io.flinklm.job.wire.ReplicaMessage.BarrierComes;
import io.flinklm.job.wire.ReplicaMessage.Left;
import io.flinklm.job.wire.ReplicaPiece;
import io.flinklm.replica.ReplicaPlaces;
import io.flinklm.replica.Round;
import io.flinklm.train.TrainingConfig;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Makes the mean of each round of what replicas have told since the job was last started, and of
 * nothing from before. It draws a name at each start, and anew where a record is damaged, tells it
 * to all replicas, and they put it on all that they tell. So a restart needs nothing of what lies
 * in the topic: each replica goes on from its checkpoint and tells once more what the others may
 * not have heard.
 *
 * <p>Nothing is lost by that. The gate is one, and what it tells goes to all replicas; so at a
 * barrier all of them have heard the same. Where a round is complete, it is for all; where it is
 * not, no replica has left it, and each still has the weights that it told.
 *
 * <p>It tells the mean, and not what went into it: so each subtask hears as much as one replica
 * tells, however many replicas there are.
 */
public final class ReplicaGate extends AbstractStreamOperator<ReplicaMessage>
    implements OneInputStreamOperator<byte[], ReplicaMessage> {
  private static final long serialVersionUID = 1;

  /**
   * The side output for whoever makes the batches: past which batch all replicas are, whenever that
   * changes, and that a barrier comes.
   */
  public static final OutputTag<Long> PAST = new OutputTag<>("past", Types.LONG);

  private final TrainingConfig trained;
  private transient ReplicaPlaces places;
  private transient ReplicaMeans means;
  private transient String attempt;
  private transient Counter bytes;
  private transient Counter old;
  private transient ScheduledFuture<?> started;

  /** A gate between the replicas of a training. */
  public ReplicaGate(TrainingConfig trained) {
    this.trained = trained;
  }

  @Override
  public void open() throws Exception {
    super.open();
    places = new ReplicaPlaces(trained.replication().count());
    bytes = getMetricGroup().counter("replicaBytes");
    old = getMetricGroup().counter("oldReplicaBytes");
    started =
        processingTimeService.registerTimer(
            processingTimeService.getCurrentProcessingTime(), time -> begin());
  }

  private void begin() {
    close(means);
    means = new ReplicaMeans(trained, this::tell);
    attempt = UUID.randomUUID().toString();
    output.collect(new StreamRecord<>(new Attempt(attempt)));
  }

  private void tell(ReplicaMessage message) {
    output.collect(new StreamRecord<>(message));
    if (message instanceof Left left) {
      Round before = places.slowest();
      places.add(left.replica(), left.next());
      if (!places.slowest().equals(before)) {
        tellPast(BatchesAhead.past(places.slowest(), trained.replication().round()));
      }
    }
  }

  private void tellPast(long batch) {
    output.collect(PAST, new StreamRecord<>(batch));
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    tell(new BarrierComes());
    tellPast(BatchesAhead.BARRIER);
  }

  @Override
  public void processElement(StreamRecord<byte[]> element) {
    byte[] value = element.getValue();
    ReplicaPiece piece;
    try {
      piece = ReplicaPiece.parse(value);
    } catch (RefusedException e) {
      // All would wait in vain for what it may have been; so they tell once more.
      LOG.error(
          "a record of the topic of replicas cannot be used, and all replicas are asked to tell once"
              + " more what others may not have heard: {}",
          e.getMessage());
      begin();
      return;
    }
    if (piece.attempt().equals(attempt)) {
      bytes.inc(value.length);
      means.add(piece);
    } else {
      old.inc(value.length);
    }
  }

  @Override
  public void close() throws Exception {
    if (started != null) {
      started.cancel(false);
    }
    close(means);
    super.close();
  }

  private static void close(ReplicaMeans means) {
    if (means != null) {
      means.close();
    }
  }
}
