package io.flinklm.train;

import ai.djl.ndarray.index.NDIndex;
import io.flinklm.lane.Batch;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Segment;
import io.flinklm.net.Cell;
import io.flinklm.net.NetConfig;
import io.flinklm.weights.Weights;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A model in which one token is too large: LMModel4, whose rectified linear unit bounds nothing, so
 * that a lane that reads the token gives NaN or infinity, and the other lanes do not.
 */
final class OverflowingRun {
  /** Its embedding is large. */
  static final int LARGE = 6;

  /** So large that the hidden state and the loss are no numbers. */
  static final float LOSS_OVERFLOWS = 3e38f;

  /** So large that the squares of gradients are no numbers, but the loss is one. */
  static final float GRADIENTS_OVERFLOW = 1e22f;

  private static final int LANES = 3;
  private static final int BPTT = 4;

  private OverflowingRun() {}

  static TrainingConfig config(OnNonfinite onNonfinite) {
    return new TrainingConfig(
        new NetConfig("lmmodel4", 7, 64, 1, 0),
        LANES,
        BPTT,
        0,
        new Schedule.OneCycle(10, 1e-2, Schedule.Momenta.LEARNER),
        0.01,
        new Regularizer(0, 0),
        0,
        Cell.ENGINE,
        onNonfinite);
  }

  /** Gives the token its size, in weights that are being trained. */
  static void enlarge(Weights weights, float size) {
    weights.parameters().get("i_h.weight").set(new NDIndex(LARGE), size);
  }

  /** A batch of all lanes, some of which read the large token in their second place. */
  static Batch batch(Segment segment, int index, Integer... large) {
    List<Chunk> chunks = new ArrayList<>();
    for (int lane = 0; lane < LANES; lane++) {
      int second = List.of(large).contains(lane) ? LARGE : 1;
      int[] tokens = {index % 5, second, 2, 3 + lane, (index + 1) % 5};
      chunks.add(new Chunk(lane, segment, index, index == 0, tokens));
    }
    return new Batch(segment, index, chunks);
  }

  /** Weights, moments and step, bit for bit. */
  static byte[] bytes(Weights weights) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    weights.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }
}
