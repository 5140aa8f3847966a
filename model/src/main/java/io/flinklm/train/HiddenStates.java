package io.flinklm.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flinklm.Blob.RefusedException;
import io.flinklm.lane.Batch;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.HiddenState;
import io.flinklm.net.NetConfig;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.FloatBuffer;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The hidden states of all lanes between two batches. Those of the last batch stay where the engine
 * is, {@code [layers, batch, hidden]}, and the next batch of the same lanes takes them as they are;
 * the others wait outside it. Not thread safe.
 */
final class HiddenStates {
  private final int parts;
  private final int layers;
  private final int hidden;
  private final NDManager manager;
  private final Map<Integer, HiddenState> outside = new HashMap<>();
  private int[] resident = {};
  private NDList states = new NDList();

  HiddenStates(NetConfig config, int parts, NDManager manager) {
    this.parts = parts;
    this.layers = config.layers();
    this.hidden = config.hidden();
    this.manager = manager;
  }

  /** The states that a batch starts from, zero where its lane starts fresh; not to be closed. */
  NDList of(Batch batch, NDManager step) {
    int[] lanes = batch.lanes();
    boolean allFresh = batch.chunks().stream().allMatch(Chunk::fresh);
    boolean noneFresh = batch.chunks().stream().noneMatch(Chunk::fresh);
    NDList start = new NDList(parts);
    if (noneFresh && Arrays.equals(lanes, resident)) {
      // Of the step's scope, so that all that is made of them ends with it.
      for (NDArray state : states) {
        NDArray alias = state.stopGradient();
        alias.attach(step);
        start.add(alias);
      }
      return start;
    }
    moveOutside();
    for (int part = 0; part < parts; part++) {
      Shape shape = new Shape(layers, lanes.length, hidden);
      start.add(
          allFresh
              ? step.zeros(shape)
              : step.create(FloatBuffer.wrap(gather(batch, part)), shape).duplicate());
    }
    return start;
  }

  /** Keeps the states that a batch ended with, detached from their history. */
  void keep(Batch batch, NDList ended) {
    states.close();
    resident = batch.lanes();
    states = new NDList(parts);
    for (NDArray state : ended) {
      NDArray detached = state.stopGradient();
      detached.attach(manager);
      states.add(detached);
    }
  }

  /** Drops the states that hold NaN or infinity: their lanes go on from zero. */
  void dropNonfinite() {
    moveOutside();
    outside.values().removeIf(state -> !state.isFinite());
  }

  /** Drops the states of these lanes: they go on from zero. */
  void drop(List<Integer> lanes) {
    moveOutside();
    outside.keySet().removeAll(lanes);
  }

  /** All lanes' states outside the engine, by lane. */
  Map<Integer, HiddenState> snapshot() {
    Map<Integer, HiddenState> snapshot = new HashMap<>(outside);
    snapshot.putAll(download());
    return snapshot;
  }

  /** SHA-256 over a snapshot, lane by lane: two that agree in it agree in every bit. */
  static String sha256(Map<Integer, HiddenState> snapshot) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (DataOutputStream out =
          new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest))) {
        for (Map.Entry<Integer, HiddenState> lane : new TreeMap<>(snapshot).entrySet()) {
          out.writeInt(lane.getKey());
          lane.getValue().write(out);
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException | IOException e) {
      throw new IllegalStateException("every Java has SHA-256, and nothing is written", e);
    }
  }

  /**
   * Takes up states as {@link #snapshot} gave them.
   *
   * @throws RefusedException if one is of another shape
   */
  void restore(Map<Integer, HiddenState> snapshot) {
    snapshot.forEach(
        (lane, state) -> {
          if (!fits(state)) {
            throw new RefusedException(
                "the hidden state of lane %d is of another shape: expected %s, found %s"
                    .formatted(
                        lane,
                        Collections.nCopies(parts, layers * hidden),
                        state.parts().stream().map(part -> part.length).toList()));
          }
        });
    outside.putAll(snapshot);
  }

  /**
   * Takes up other states in the place of all.
   *
   * @throws RefusedException if one is of another shape
   */
  void replace(Map<Integer, HiddenState> others) {
    states.close();
    states = new NDList();
    resident = new int[0];
    outside.clear();
    restore(others);
  }

  private boolean fits(HiddenState state) {
    for (float[] part : state.parts()) {
      if (part.length != layers * hidden) {
        return false;
      }
    }
    return state.parts().size() == parts;
  }

  private void moveOutside() {
    outside.putAll(download());
    states.close();
    states = new NDList();
    resident = new int[0];
  }

  private Map<Integer, HiddenState> download() {
    List<float[]> values = states.stream().map(NDArray::toFloatArray).toList();
    Map<Integer, HiddenState> byLane = new HashMap<>();
    for (int row = 0; row < resident.length; row++) {
      List<float[]> rows = new ArrayList<>();
      for (float[] value : values) {
        float[] lane = new float[layers * hidden];
        for (int layer = 0; layer < layers; layer++) {
          int from = (layer * resident.length + row) * hidden;
          System.arraycopy(value, from, lane, layer * hidden, hidden);
        }
        rows.add(lane);
      }
      byLane.put(resident[row], new HiddenState(rows));
    }
    return byLane;
  }

  private float[] gather(Batch batch, int part) {
    int size = batch.chunks().size();
    float[] values = new float[layers * size * hidden];
    for (int row = 0; row < size; row++) {
      Chunk chunk = batch.chunks().get(row);
      HiddenState state = outside.get(chunk.lane());
      if (chunk.fresh() || state == null) {
        continue;
      }
      for (int layer = 0; layer < layers; layer++) {
        int to = (layer * size + row) * hidden;
        System.arraycopy(state.parts().get(part), layer * hidden, values, to, hidden);
      }
    }
    return values;
  }
}
