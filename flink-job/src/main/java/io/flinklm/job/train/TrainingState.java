package io.flinklm.job.train;

import io.flinklm.Blob.RefusedException;
import io.flinklm.job.models.BestWeights;
import io.flinklm.job.models.Lineage;
import io.flinklm.job.wire.TextOffsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;

/**
 * The state of whoever trains as Flink keeps it, of lanes as of streams: one blob of training
 * state, one of offsets, one of the lineage and one of the best weights, which are never split.
 */
final class TrainingState {
  private static final ListStateDescriptor<byte[]> TRAINING =
      new ListStateDescriptor<>("training", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
  private static final ListStateDescriptor<byte[]> OFFSETS =
      new ListStateDescriptor<>("offsets", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private static final ListStateDescriptor<byte[]> LINEAGE =
      new ListStateDescriptor<>("lineage", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private static final ListStateDescriptor<byte[]> BEST =
      new ListStateDescriptor<>("best", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private final ListState<byte[]> training;
  private final ListState<byte[]> offsets;
  private final ListState<byte[]> lineage;
  private final ListState<byte[]> best;

  /** The state of an operator that is being initialized. */
  TrainingState(OperatorStateStore store) throws Exception {
    this.training = store.getListState(TRAINING);
    this.offsets = store.getListState(OFFSETS);
    this.lineage = store.getListState(LINEAGE);
    this.best = store.getListState(BEST);
  }

  /** Lets go of what was kept at the last checkpoint, so that it is not there beside the next. */
  void release() {
    training.clear();
    best.clear();
  }

  /** Keeps all of it. */
  void keep(byte[] blob, TextOffsets read, Lineage of, BestWeights soFar) throws Exception {
    best.update(List.of(soFar.write()));
    training.update(List.of(blob));
    lineage.update(List.of(of.write()));
    offsets.update(List.of(read.write()));
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
}
