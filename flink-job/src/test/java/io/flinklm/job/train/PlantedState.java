package io.flinklm.job.train;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;

/**
 * State where an operator of the job looks for its own: writes blobs of its choice there, and shows
 * those that are there. What comes in are lanes.
 */
public final class PlantedState extends KeyedProcessFunction<Integer, Integer, byte[]>
    implements CheckpointedFunction {
  private static final long serialVersionUID = 1;
  private static final int CHECKPOINT = 1;

  private final String name;
  private final HashMap<Integer, byte[]> blobs;
  private final byte[] training;
  private transient ValueState<byte[]> state;
  private transient ListState<byte[]> trainingState;

  private PlantedState(String name, Map<Integer, byte[]> blobs, byte[] training) {
    this.name = name;
    this.blobs = new HashMap<>(blobs);
    this.training = training;
  }

  /** A checkpoint whose state of that name holds the blob for one lane, and nothing else. */
  public static OperatorSubtaskState ofLane(String name, int lane, byte[] blob, int keyGroups)
      throws Exception {
    return of(new PlantedState(name, Map.of(lane, blob), null), keyGroups);
  }

  /** A checkpoint of the operator {@code train}. */
  static OperatorSubtaskState ofTraining(byte[] training, Map<Integer, byte[]> lanes, int keyGroups)
      throws Exception {
    return of(new PlantedState("lane", lanes, training), keyGroups);
  }

  private static OperatorSubtaskState of(PlantedState planted, int keyGroups) throws Exception {
    try (var harness = harness(planted, keyGroups)) {
      harness.open();
      for (int lane : planted.blobs.keySet()) {
        harness.processElement(lane, 0);
      }
      return harness.snapshot(CHECKPOINT, 1);
    }
  }

  /** The blob that a checkpoint's state of that name holds for a lane. */
  public static byte[] ofLane(OperatorSubtaskState checkpoint, String name, int lane, int keyGroups)
      throws Exception {
    try (var harness = harness(new PlantedState(name, Map.of(), null), keyGroups)) {
      harness.initializeState(checkpoint);
      harness.open();
      harness.processElement(lane, 0);
      return harness.extractOutputValues().get(0);
    }
  }

  private static KeyedOneInputStreamOperatorTestHarness<Integer, Integer, byte[]> harness(
      PlantedState planted, int keyGroups) throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new KeyedProcessOperator<>(planted), lane -> lane, Types.INT, keyGroups, 1, 0);
  }

  @Override
  public void open(OpenContext context) {
    state =
        getRuntimeContext()
            .getState(
                new ValueStateDescriptor<>(
                    name, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    trainingState =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>(
                    "training", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
    if (training != null) {
      trainingState.add(training);
    }
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) {
    // All of it is where it belongs already.
  }

  @Override
  public void processElement(Integer lane, Context context, Collector<byte[]> out)
      throws Exception {
    if (blobs.containsKey(lane)) {
      state.update(blobs.get(lane));
    }
    out.collect(state.value());
  }
}
