package io.flinklm.job;

import io.flinklm.Blob;
import io.flinklm.Blob.RefusedException;
import io.flinklm.lane.Batch;
import io.flinklm.lane.BatchAssembler;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.HiddenState;
import io.flinklm.net.PyTorch;
import io.flinklm.train.NonfiniteException;
import io.flinklm.train.Report;
import io.flinklm.train.Trainer;
import io.flinklm.train.TrainingConfig;
import io.flinklm.train.Weights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Trains one model on all lanes: waits until every lane has a chunk, makes a batch of them and
 * takes a step. An operator and not a process function, because a step touches the state of many
 * keys. Runs at parallelism 1, since there is one model.
 *
 * <p>State: a blob a lane with its hidden state and its waiting chunks, keyed by lane; weights,
 * moments, step and metrics as one blob of operator state. Between checkpoints both live in the
 * trainer and the assembler.
 */
final class TrainOperator extends AbstractStreamOperator<Report>
    implements OneInputStreamOperator<LaneEvent, Report>, BoundedOneInput {
  private static final long serialVersionUID = 1;
  private static final ValueStateDescriptor<byte[]> LANE =
      new ValueStateDescriptor<>("lane", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
  private static final ListStateDescriptor<byte[]> TRAINING =
      new ListStateDescriptor<>("training", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private static final String KIND = "LANE";

  // Version 1: whether there is a hidden state, the hidden state, waiting chunks.
  private static final int VERSION = 1;

  private final TrainingConfig training;
  private final String vocabulary;
  private final TrainedModel initial;
  private final String device;
  private final NonfiniteDirectory nonfinite;
  private transient ValueState<byte[]> laneState;
  private transient ListState<byte[]> trainingState;
  private transient BatchAssembler assembler;
  private transient Trainer trainer;
  private transient long stepOfLastModel;

  /**
   * An operator that has not been opened.
   *
   * @param vocabulary fingerprint of the vocabulary
   * @param initial weights to start from; null for those that the seed gives
   * @param device {@code auto}, {@code cpu} or {@code gpu}
   * @param nonfinite where steps are kept that gave NaN or infinity
   */
  TrainOperator(
      TrainingConfig training,
      String vocabulary,
      TrainedModel initial,
      String device,
      NonfiniteDirectory nonfinite) {
    this.training = training;
    this.vocabulary = vocabulary;
    this.initial = initial;
    this.device = device;
    this.nonfinite = nonfinite;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    laneState = context.getKeyedStateStore().getState(LANE);
    trainingState = context.getOperatorStateStore().getListState(TRAINING);
    assembler = new BatchAssembler(training.lanes());
    trainer =
        new Trainer(
            training,
            vocabulary,
            PyTorch.device(device),
            this::emit,
            nonfinite::keep,
            System::nanoTime);
    if (context.isRestored()) {
      restore();
    } else if (initial != null) {
      trainer.startFrom(initial.safetensors(), initial.sha256());
    }
    getMetricGroup().gauge("step", () -> trainer.weights().step());
    getMetricGroup().gauge("lanesAwaited", () -> assembler.silentLanes());
    getMetricGroup().gauge("chunksWaiting", () -> assembler.waitingChunks());
  }

  @Override
  public void processElement(StreamRecord<LaneEvent> element) {
    LaneEvent event = element.getValue();
    if (event.refusal() != null) {
      trainer.refuse(event.refusal());
      return;
    }
    assembler.add(event.chunk());
    // A lane that comes back behind a hole may make several batches ready at once.
    for (Optional<Batch> batch = assembler.next(); batch.isPresent(); batch = assembler.next()) {
      accept(batch.get());
    }
  }

  @Override
  public void endInput() {
    for (Optional<Batch> batch = assembler.nextOfWaiting();
        batch.isPresent();
        batch = assembler.nextOfWaiting()) {
      accept(batch.get());
    }
    trainer.finish();
    emitModel();
  }

  // A restarted job would come to the same step again, and again.
  private void accept(Batch batch) {
    try {
      trainer.accept(batch);
    } catch (NonfiniteException e) {
      emitModel();
      throw new SuppressRestartsException(e);
    }
  }

  // Before the barrier, so that the sink holds the weights of exactly this checkpoint.
  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    if (trainer.weights().step() > stepOfLastModel) {
      emitModel();
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    trainingState.update(List.of(trainer.snapshot()));
    Map<Integer, HiddenState> hiddenStates = trainer.hiddenStates();
    for (int lane = 0; lane < training.lanes(); lane++) {
      setCurrentKey(lane);
      laneState.update(writeLane(hiddenStates.get(lane), assembler.waiting(lane)));
    }
  }

  private void restore() throws Exception {
    Map<Integer, HiddenState> hiddenStates = new HashMap<>();
    List<Chunk> waiting = new ArrayList<>();
    for (Integer lane :
        this.<Integer>getKeyedStateBackend()
            .getKeys(LANE.getName(), VoidNamespace.INSTANCE)
            .toList()) {
      setCurrentKey(lane);
      readLane(laneState.value(), lane, hiddenStates, waiting);
    }
    List<byte[]> blobs = new ArrayList<>();
    trainingState.get().forEach(blobs::add);
    if (blobs.size() != 1) {
      throw new RefusedException(
          "expected one blob of training state, found "
              + blobs.size()
              + "; train runs at parallelism 1");
    }
    // First, because it refuses the state of another number of lanes; the assembler has no place
    // for their chunks.
    trainer.restore(blobs.get(0), hiddenStates);
    waiting.forEach(assembler::add);
  }

  private static byte[] writeLane(HiddenState hiddenState, List<Chunk> waiting) {
    return Blob.write(
        KIND,
        VERSION,
        out -> {
          out.writeBoolean(hiddenState != null);
          if (hiddenState != null) {
            hiddenState.write(out);
          }
          out.writeInt(waiting.size());
          for (Chunk chunk : waiting) {
            chunk.write(out);
          }
        });
  }

  private static void readLane(
      byte[] blob, int lane, Map<Integer, HiddenState> hiddenStates, List<Chunk> waiting) {
    Blob.read(
        KIND,
        VERSION,
        blob,
        (in, version) -> {
          if (in.readBoolean()) {
            hiddenStates.put(lane, HiddenState.read(in));
          }
          for (int left = in.readInt(); left > 0; left--) {
            waiting.add(Chunk.read(in));
          }
          return lane;
        });
  }

  private void emitModel() {
    Weights weights = trainer.weights();
    TrainedModel model =
        new TrainedModel(weights.step(), weights.sha256(), weights.toSafetensors());
    output.collect(TrainingJob.MODELS, new StreamRecord<>(model));
    stepOfLastModel = weights.step();
  }

  private void emit(Report report) {
    output.collect(new StreamRecord<>(report));
  }

  @Override
  public void close() throws Exception {
    if (trainer != null) {
      trainer.close();
    }
    super.close();
  }
}
