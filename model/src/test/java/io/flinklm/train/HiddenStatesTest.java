package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flinklm.engine.PyTorch;
import io.flinklm.lane.Batch;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.HiddenState;
import io.flinklm.lane.Segment;
import io.flinklm.net.NetConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HiddenStatesTest {
  private static final int LAYERS = 2;
  private static final int HIDDEN = 2;
  private static final NetConfig CONFIG = new NetConfig("lmmodel7", 5, HIDDEN, LAYERS, 0);

  private final NDManager manager = PyTorch.newManager(Device.cpu());
  private final HiddenStates states = new HiddenStates(CONFIG, 2, manager);

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void lanesStartFromZero() {
    assertThat(start(Set.of(), 0, 1)).containsExactly(zeros(2), zeros(2));
  }

  @Test
  void aLaneThatIsNotFreshAndHasNoStateStartsFromZeroToo() {
    assertThat(start(Set.of(0, 1), 0, 1)).containsExactly(zeros(2), zeros(2));
  }

  @Test
  void theSameLanesGoOnFromWhatTheyEndedWith() {
    end(0, 0, 1, 2);

    assertThat(start(Set.of(0, 1, 2), 0, 1, 2)).containsExactly(numbers(0, 3), numbers(100, 3));
  }

  @Test
  void eachLaneKeepsItsOwnStateWhateverLanesAreInABatch() {
    // [layers, lanes, hidden]: lane 2 is the last of its three in each layer.
    end(0, 0, 1, 2);
    end(1000, 1);

    assertThat(start(Set.of(1, 2), 1, 2))
        .containsExactly(
            new float[] {1000, 1001, 4, 5, 1002, 1003, 10, 11},
            new float[] {1100, 1101, 104, 105, 1102, 1103, 110, 111});
    assertThat(start(Set.of(0), 0))
        .containsExactly(new float[] {0, 1, 6, 7}, new float[] {100, 101, 106, 107});
  }

  @Test
  void onlyTheFreshLanesOfABatchStartFromZero() {
    end(0, 0, 1);

    assertThat(start(Set.of(0), 0, 1))
        .containsExactly(
            new float[] {0, 1, 0, 0, 4, 5, 0, 0}, new float[] {100, 101, 0, 0, 104, 105, 0, 0});
  }

  @Test
  void aSnapshotHoldsAllLanesInsideAndOutsideTheEngine() {
    end(0, 0, 1, 2);
    start(Set.of(1), 1);
    end(1000, 1);

    Map<Integer, HiddenState> snapshot = states.snapshot();

    assertThat(snapshot.keySet()).containsExactlyInAnyOrder(0, 1, 2);
    assertThat(snapshot.get(1))
        .isEqualTo(
            new HiddenState(
                List.of(
                    new float[] {1000, 1001, 1002, 1003}, new float[] {1100, 1101, 1102, 1103})));
    assertThat(snapshot.get(2))
        .isEqualTo(
            new HiddenState(List.of(new float[] {4, 5, 10, 11}, new float[] {104, 105, 110, 111})));
  }

  @Test
  void restoredStatesAreThoseOfTheSnapshot() {
    end(0, 0, 1, 2);
    HiddenStates restored = new HiddenStates(CONFIG, 2, manager);

    restored.restore(states.snapshot());

    assertThat(restored.snapshot()).isEqualTo(states.snapshot());
    assertThat(floats(restored.of(batch(Set.of(0, 1, 2), 0, 1, 2), manager)))
        .containsExactly(numbers(0, 3), numbers(100, 3));
  }

  @Test
  void aSnapshotStaysAsItIsWhenTheRunGoesOn() {
    end(0, 0, 1);
    Map<Integer, HiddenState> snapshot = states.snapshot();
    HiddenState before = snapshot.get(0);

    end(1000, 0, 1);

    assertThat(snapshot.get(0)).isSameAs(before).isNotEqualTo(states.snapshot().get(0));
  }

  // The states that a batch starts from; only the lanes named in goingOn are not fresh.
  private List<float[]> start(Set<Integer> goingOn, int... lanes) {
    return floats(states.of(batch(goingOn, lanes), manager));
  }

  // As a learner does: takes what the batch starts from, then keeps what it ends with.
  private void end(int first, int... lanes) {
    Batch batch = batch(Set.of(), lanes);
    states.of(batch, manager);
    Shape shape = new Shape(LAYERS, lanes.length, HIDDEN);
    states.keep(
        batch,
        new NDList(
            manager.create(numbers(first, lanes.length), shape),
            manager.create(numbers(first + 100, lanes.length), shape)));
  }

  private static Batch batch(Set<Integer> goingOn, int... lanes) {
    List<Chunk> chunks = new ArrayList<>();
    for (int lane : lanes) {
      chunks.add(new Chunk(lane, Segment.FIRST, 0, !goingOn.contains(lane), new int[] {0, 1}));
    }
    return new Batch(Segment.FIRST, 0, chunks);
  }

  private static float[] numbers(int first, int laneCount) {
    float[] numbers = zeros(laneCount);
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = first + i;
    }
    return numbers;
  }

  private static float[] zeros(int laneCount) {
    return new float[LAYERS * laneCount * HIDDEN];
  }

  private static List<float[]> floats(NDList states) {
    return states.stream().map(state -> state.toFloatArray()).toList();
  }
}
