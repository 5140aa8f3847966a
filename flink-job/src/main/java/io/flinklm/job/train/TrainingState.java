package io.flinklm.job.train;

import io.flinklm.Blob.RefusedException;
import io.flinklm.job.models.BestWeights;
import io.flinklm.job.models.Lineage;
import io.flinklm.job.wire.TextOffsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;

/**
 * The state of the operator {@code train} as Flink keeps it: a blob a lane, keyed by lane; one blob
 * of training state, one of offsets, one of the lineage and one of the best weights, which are
 * never split.
 */
final class TrainingState {
  private static final ValueStateDescriptor<byte[]> LANE =
      new ValueStateDescriptor<>("lane", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
  private static final ListStateDescriptor<byte[]> TRAINING =
      new ListStateDescriptor<>("training", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
  private static final ListStateDescriptor<byte[]> OFFSETS =
      new ListStateDescriptor<>("offsets", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private static final ListStateDescriptor<byte[]> LINEAGE =
      new ListStateDescriptor<>("lineage", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private static final ListStateDescriptor<byte[]> BEST =
      new ListStateDescriptor<>("best", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private final AbstractStreamOperator<?> operator;
  private final ValueState<byte[]> lane;
  private final ListState<byte[]> training;
  private final ListState<byte[]> offsets;
  private final ListState<byte[]> lineage;
  private final ListState<byte[]> best;

  /** The state of an operator that is being initialized. */
  TrainingState(AbstractStreamOperator<?> operator, StateInitializationContext context)
      throws Exception {
    this.operator = operator;
    this.lane = context.getKeyedStateStore().getState(LANE);
    this.training = context.getOperatorStateStore().getListState(TRAINING);
    this.offsets = context.getOperatorStateStore().getListState(OFFSETS);
    this.lineage = context.getOperatorStateStore().getListState(LINEAGE);
    this.best = context.getOperatorStateStore().getListState(BEST);
  }

  /** Lets go of what was kept at the last checkpoint, so that it is not there beside the next. */
  void release() {
    training.clear();
    best.clear();
  }

  /** Keeps what is of all lanes. */
  void keep(byte[] blob, TextOffsets read, Lineage of, BestWeights soFar) throws Exception {
    best.update(List.of(soFar.write()));
    training.update(List.of(blob));
    lineage.update(List.of(of.write()));
    offsets.update(List.of(read.write()));
  }

  /** Keeps what is of one lane. */
  void keep(int number, LaneState state) throws Exception {
    operator.setCurrentKey(number);
    lane.update(state.write());
  }

  /**
   * The blob of training state that was restored.
   *
   * @throws RefusedException if there is none, or more than one
   */
  byte[] training() throws Exception {
    List<byte[]> blobs = new ArrayList<>();
    training.get().forEach(blobs::add);
    if (blobs.size() != 1) {
      throw new RefusedException(
          "expected one blob of training state, found "
              + blobs.size()
              + "; train runs at parallelism 1");
    }
    return blobs.get(0);
  }

  /** The offsets that were restored; none from a checkpoint of a build that kept none. */
  TextOffsets offsets() throws Exception {
    TextOffsets all = TextOffsets.none();
    for (byte[] blob : offsets.get()) {
      all = all.and(TextOffsets.read(blob));
    }
    return all;
  }

  /** The lineage that was restored; none from a checkpoint of a build that kept none. */
  Lineage lineage() throws Exception {
    for (byte[] blob : lineage.get()) {
      return Lineage.read(blob);
    }
    return Lineage.NONE;
  }

  /** The best weights that were restored; none from a checkpoint of a build that kept none. */
  BestWeights best() throws Exception {
    for (byte[] blob : best.get()) {
      return BestWeights.read(blob);
    }
    return BestWeights.NONE;
  }

  /**
   * What was restored of each lane.
   *
   * @param length bytes of a token, by id, for chunks that an older build has kept
   */
  Map<Integer, LaneState> lanes(IntUnaryOperator length) throws Exception {
    Map<Integer, LaneState> lanes = new TreeMap<>();
    List<Integer> numbers =
        operator
            .<Integer>getKeyedStateBackend()
            .getKeys(LANE.getName(), VoidNamespace.INSTANCE)
            .toList();
    for (Integer number : numbers) {
      operator.setCurrentKey(number);
      lanes.put(number, LaneState.read(lane.value(), length));
    }
    return lanes;
  }
}
