package io.flinklm.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flinklm.net.Dropout;
import io.flinklm.net.Forward;
import io.flinklm.net.LanguageModel;
import io.flinklm.net.NetConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Random windows that follow each other, to be read from zero hidden states and from others.
 *
 * @param starts each as many states as the model has
 * @param windows token ids, {@code [batch][time]}
 */
record GivenWindows(List<List<State>> starts, List<long[][]> windows) {
  private static final int LANES = 3;
  private static final int WINDOWS = 2;

  /**
   * A part of a hidden state.
   *
   * @param shape {@code [layers, batch, hidden]}
   * @param values row by row
   */
  record State(long[] shape, float[] values) {}

  static GivenWindows of(NetConfig net, int stateParts, int time) {
    Random random = new Random(1);
    List<List<State>> starts = new ArrayList<>();
    for (float scale : new float[] {0, 1}) {
      starts.add(Stream.generate(() -> state(net, scale, random)).limit(stateParts).toList());
    }
    Stream<long[]> rows = Stream.generate(() -> random.longs(time, 0, net.vocabulary()).toArray());
    List<long[]> lanes = rows.limit(LANES * WINDOWS).toList();
    List<long[][]> windows = new ArrayList<>();
    for (int from = 0; from < lanes.size(); from += LANES) {
      windows.add(lanes.subList(from, from + LANES).toArray(long[][]::new));
    }
    return new GivenWindows(starts, windows);
  }

  private static State state(NetConfig net, float scale, Random random) {
    float[] values = new float[net.layers() * LANES * net.hidden()];
    for (int i = 0; i < values.length; i++) {
      values[i] = scale * (2 * random.nextFloat() - 1);
    }
    return new State(new long[] {net.layers(), LANES, net.hidden()}, values);
  }

  /** The logits of each window from each start. */
  List<float[]> logits(LanguageModel model, Map<String, NDArray> parameters, NDManager manager) {
    List<float[]> logits = new ArrayList<>();
    for (List<State> start : starts) {
      NDList states = new NDList();
      start.forEach(part -> states.add(manager.create(part.values, new Shape(part.shape))));
      for (long[][] window : windows) {
        long[] ids = Stream.of(window).flatMapToLong(LongStream::of).toArray();
        NDArray inputs = manager.create(ids, new Shape(LANES, ids.length / LANES));
        Forward forward = model.forward(parameters, inputs, states, Dropout.NONE);
        logits.add(forward.logits().toFloatArray());
        states.clear();
        states.addAll(forward.states());
      }
    }
    return logits;
  }
}
