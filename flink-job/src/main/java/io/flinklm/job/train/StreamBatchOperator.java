package io.flinklm.job.train;

import io.flinklm.job.state.RefusedStateException;
import io.flinklm.job.wire.StreamEvent;
import io.flinklm.job.wire.TurnEvent;
import io.flinklm.lane.Refusal;
import io.flinklm.stream.StreamBatch;
import io.flinklm.stream.StreamBatchTraining;
import io.flinklm.stream.StreamBatches;
import io.flinklm.stream.StreamBatching;
import io.flinklm.stream.StreamEnd;
import io.flinklm.stream.StreamTurn;
import io.flinklm.train.Replication;
import io.flinklm.train.TrainingConfig;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.execution.CancelTaskException;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Makes the batches of all streams and deals their rows to the replicas, by the hash of the stream.
 * Each replica hears of each batch. Runs at parallelism 1, since a batch is of all streams. The
 * first input is what streams tell; the second is how far all replicas are.
 *
 * <p>State: the chunks that are in no batch, as one blob of operator state.
 */
public final class StreamBatchOperator extends AbstractStreamOperator<TurnEvent>
    implements TwoInputStreamOperator<StreamEvent, Long, TurnEvent>, BoundedMultiInput {
  private static final long serialVersionUID = 1;
  private static final int TEXT = 1;
  private static final ListStateDescriptor<byte[]> BATCHES =
      new ListStateDescriptor<>("batches", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private final TrainingConfig trained;
  private final StreamOptions streams;
  private final Duration stallWarning;
  private transient ListState<byte[]> kept;
  private transient StreamBatching batching;
  private transient WaitingStreams waiting;
  private transient BatchesAhead ahead;
  private transient Stall stall;

  /**
   * An operator that has not been opened.
   *
   * @param trained the training
   * @param streams how it trains on them
   * @param stallWarning how long text waits until that is said
   */
  public StreamBatchOperator(TrainingConfig trained, StreamOptions streams, Duration stallWarning) {
    this.trained = trained;
    this.streams = streams;
    this.stallWarning = stallWarning;
  }

  private Replication replication() {
    return trained.replication();
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    kept = context.getOperatorStateStore().getListState(BATCHES);
    StreamBatches batches = streams.rule(trained.laneCount()).batches();
    batching = new StreamBatching(batches, new Dealing());
    for (byte[] blob : kept.get()) {
      RefusedStateException.endingTheJob(() -> batching.read(blob));
    }
    waiting = new WaitingStreams(batches);
    ahead = new BatchesAhead(replication().round());
    getMetricGroup().gauge("chunksWaiting", (Gauge<Integer>) batches::waiting);
    getMetricGroup().gauge("lateChunks", (Gauge<Long>) batches::late);
    getMetricGroup().gauge("batchesAhead", (Gauge<Long>) ahead::count);
  }

  @Override
  public void open() throws Exception {
    super.open();
    stall = new Stall(waiting, stallWarning, processingTimeService);
    stall.register(getMetricGroup());
    if (waiting.isHeldBack()) {
      stall.textCame();
    }
  }

  @Override
  public void processElement1(StreamRecord<StreamEvent> element) {
    StreamEvent event = element.getValue();
    if (event instanceof StreamEvent.Cut cut) {
      ahead.slow();
      batching.add(cut.chunk());
      stall.textCame();
    } else if (event instanceof StreamEvent.Ended ended) {
      batching.add(ended.end());
    } else if (event instanceof StreamEvent.Refused refused) {
      batching.refuse(refused.refusal());
    } else if (event instanceof StreamEvent.Offsets told) {
      output.collect(new StreamRecord<>(new TurnEvent.Offsets(told.offsets())));
    }
  }

  @Override
  public void processWatermark1(Watermark mark) {
    batching.pass(mark.getTimestamp());
  }

  @Override
  public void processElement2(StreamRecord<Long> element) {
    ahead.told(element.getValue());
  }

  /** Deals what was made to the replicas. */
  private final class Dealing implements StreamBatchTraining {
    @Override
    public void accept(StreamBatch batch) {
      // One watermark may make many batches ready.
      if (Thread.currentThread().isInterrupted()) {
        throw new CancelTaskException("interrupted between two batches");
      }
      for (int replica = 0; replica < replication().count(); replica++) {
        int number = replica;
        tell(
            replica,
            new StreamTurn.Rows(
                batch.ofStreams(stream -> replication().replicaOf(stream) == number)));
      }
      ahead.made(batch.number());
      stall.batchMade();
    }

    @Override
    public void refuse(Refusal refusal) {
      tell(0, new StreamTurn.Refused(refusal));
    }

    @Override
    public void ended(StreamEnd end) {
      tell(replication().replicaOf(end.stream()), new StreamTurn.Ended(end));
    }

    // The other input has no end, so neither has that of the replicas: they are told.
    @Override
    public void finish() {
      for (int replica = 0; replica < replication().count(); replica++) {
        output.collect(new StreamRecord<>(new TurnEvent.End(replica)));
      }
    }
  }

  private void tell(int replica, StreamTurn turn) {
    output.collect(new StreamRecord<>(new TurnEvent.Next(replica, turn)));
  }

  @Override
  public void endInput(int input) {
    if (input == TEXT) {
      stall.end();
      // The last watermark has passed all.
      batching.finish();
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    kept.update(List.of(batching.write()));
    ahead.barrierCame();
  }

  @Override
  public void notifyCheckpointAborted(long checkpointId) throws Exception {
    super.notifyCheckpointAborted(checkpointId);
    ahead.barrierCame();
  }
}
