package io.flinklm.job.train;

import io.flinklm.Blob.RefusedException;
import io.flinklm.job.wire.ReplicaMessage;
import io.flinklm.job.wire.ReplicaMessage.Attempt;
import io.flinklm.job.wire.ReplicaMessage.Piece;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Lets through what replicas have told since the job was last started, and nothing from before. It
 * draws a name at each start, tells it to all replicas, and they put it on all that they tell. So a
 * restart needs nothing of what lies in the topic: each replica goes on from its checkpoint and
 * tells once more what the others may not have heard.
 *
 * <p>Nothing is lost by that. The gate is one, and what it lets through goes to all replicas; so at
 * a barrier all of them have heard the same. Where a round is complete, it is for all; where it is
 * not, no replica has left it, and each still has the weights that it told.
 */
public final class ReplicaGate extends AbstractStreamOperator<ReplicaMessage>
    implements OneInputStreamOperator<byte[], ReplicaMessage> {
  private static final long serialVersionUID = 1;

  private transient String attempt;
  private transient Counter bytes;
  private transient Counter old;
  private transient ScheduledFuture<?> started;

  @Override
  public void open() throws Exception {
    super.open();
    attempt = UUID.randomUUID().toString();
    bytes = getMetricGroup().counter("replicaBytes");
    old = getMetricGroup().counter("oldReplicaBytes");
    started =
        processingTimeService.registerTimer(
            processingTimeService.getCurrentProcessingTime(),
            time -> output.collect(new StreamRecord<>(new Attempt(attempt))));
  }

  @Override
  public void processElement(StreamRecord<byte[]> element) {
    byte[] value = element.getValue();
    Piece piece;
    try {
      piece = Piece.parse(value);
    } catch (RefusedException e) {
      // Whose it was would wait for it in vain; so it must not pass unsaid.
      LOG.error("a record of the topic of replicas cannot be used: {}", e.getMessage());
      return;
    }
    if (piece.attempt().equals(attempt)) {
      bytes.inc(value.length);
      output.collect(new StreamRecord<>(piece));
    } else {
      old.inc(value.length);
    }
  }

  @Override
  public void close() throws Exception {
    if (started != null) {
      started.cancel(false);
    }
    super.close();
  }
}
