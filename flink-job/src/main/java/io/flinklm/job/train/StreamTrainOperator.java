package io.flinklm.job.train;

import io.flinklm.job.models.TrainedModel;
import io.flinklm.job.state.RefusedStateException;
import io.flinklm.job.wire.StreamEvent;
import io.flinklm.job.wire.TextRun;
import io.flinklm.lane.Refusal;
import io.flinklm.stream.StreamBatch;
import io.flinklm.stream.StreamBatches;
import io.flinklm.stream.StreamBatching;
import io.flinklm.stream.StreamChunk;
import io.flinklm.stream.StreamEnd;
import io.flinklm.stream.StreamTraining;
import io.flinklm.text.Tokenizer;
import io.flinklm.train.Report;
import io.flinklm.train.TrainingConfig;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.execution.CancelTaskException;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Trains one model on all streams: what watermarks say has come becomes batches by event time, and
 * each batch a step. An operator and not a process function, because a step touches the state of
 * many keys. Runs at parallelism 1, since there is one model.
 *
 * <p>State: a blob a stream with its hidden state, keyed by stream, which is where it lives; the
 * chunks that are in no batch as one blob of operator state, and weights, moments, step and metrics
 * as another.
 */
public final class StreamTrainOperator extends AbstractStreamOperator<Report>
    implements OneInputStreamOperator<StreamEvent, Report>, BoundedOneInput, StreamTraining.Steps {
  private static final long serialVersionUID = 1;
  private static final ListStateDescriptor<byte[]> BATCHES =
      new ListStateDescriptor<>("batches", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private final Setup setup;
  private final StreamOptions streams;
  private transient ListState<byte[]> kept;
  private transient RunningTraining running;
  private transient StatesThread thread;
  private transient StatesAhead states;
  private transient StreamBatching batching;
  private transient WaitingStreams waiting;
  private transient Stall stall;

  /**
   * An operator that has not been opened.
   *
   * @param tokenizer of the text
   * @param initial weights to start from; null for those that the seed gives
   * @param options of the job
   * @param streams how it trains on them
   * @param nonfinite where steps are kept that gave NaN or infinity
   */
  public StreamTrainOperator(
      TrainingConfig training,
      Tokenizer tokenizer,
      TrainedModel initial,
      JobOptions options,
      StreamOptions streams,
      NonfiniteDirectory nonfinite) {
    this.setup = new Setup(training, tokenizer, initial, options, nonfinite);
    this.streams = streams;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    kept = context.getOperatorStateStore().getListState(BATCHES);
    running = new RunningTraining(setup, getMetricGroup(), output, context, Map::of);
    StreamBatches batches = streams.rule(setup.config().laneCount()).batches();
    thread = new StatesThread();
    states = new StatesAhead(new KeptStreams(this, context.getKeyedStateStore()), thread);
    batching =
        new StreamBatching(
            batches, new StreamTraining(states, batches::expected, running.trainer(), this));
    for (byte[] blob : kept.get()) {
      RefusedStateException.endingTheJob(() -> batching.read(blob));
    }
    waiting = new WaitingStreams(batches);
    getMetricGroup().gauge("chunksWaiting", (Gauge<Integer>) batches::waiting);
    getMetricGroup().gauge("lateChunks", (Gauge<Long>) batches::late);
  }

  @Override
  public void open() throws Exception {
    super.open();
    stall = new Stall(waiting, setup.options().stallWarning(), processingTimeService);
    stall.register(getMetricGroup());
    if (waiting.isHeldBack()) {
      stall.textCame();
    }
    running.open();
  }

  /** Does nothing: the states are those of the thread that reads and writes them. */
  @Override
  @SuppressWarnings({"rawtypes", "unchecked"}) // As Flink declares it.
  public void setKeyContextElement1(StreamRecord element) {}

  @Override
  public void processElement(StreamRecord<StreamEvent> element) {
    StreamEvent event = element.getValue();
    if (event instanceof StreamEvent.Cut cut) {
      batching.add(cut.chunk());
      stall.textCame();
    } else if (event instanceof StreamEvent.Ended ended) {
      batching.add(ended.end());
    } else if (event instanceof StreamEvent.Refused refused) {
      batching.refuse(refused.refusal());
    } else if (event instanceof StreamEvent.Offsets told) {
      running.told(told.offsets());
    }
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    batching.pass(mark.getTimestamp());
    super.processWatermark(mark);
  }

  @Override
  public void accept(StreamBatch batch) {
    // One watermark may make many batches ready.
    if (Thread.currentThread().isInterrupted()) {
      throw new CancelTaskException("interrupted between two steps");
    }
    List<StreamChunk> rows = batch.rows();
    running.accept(batch.batch(), row -> TextRun.of(rows.get(row).stream(), rows.get(row).began()));
    stall.batchMade();
  }

  @Override
  public void refuse(Refusal refusal) {
    running.refuse(refusal);
  }

  @Override
  public void ended(StreamEnd end) {
    running.ended(end);
  }

  // The last watermark has passed all.
  @Override
  public void endInput() {
    stall.end();
    batching.finish();
    running.end();
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    running.beforeBarrier();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    running.keep();
    states.settle();
    kept.update(List.of(batching.write()));
  }

  @Override
  public void close() throws Exception {
    if (thread != null) {
      thread.close();
    }
    if (running != null) {
      running.close();
    }
    super.close();
  }
}
