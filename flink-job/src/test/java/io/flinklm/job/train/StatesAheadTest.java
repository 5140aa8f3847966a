package io.flinklm.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.lane.HiddenState;
import io.flinklm.stream.StreamState;
import io.flinklm.stream.StreamStates;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StatesAheadTest {
  private static final int STREAMS = 20;
  private static final int BATCHES = 3_000;
  private static final int ROWS = 6;

  private final Kept kept = new Kept();
  private final StatesThread thread = new StatesThread();
  private final StatesAhead states = new StatesAhead(kept, thread);

  @AfterEach
  void close() throws InterruptedException {
    thread.close();
  }

  /** States in a map, of which one thread alone may take hold. */
  private static final class Kept implements StreamStates {
    private final Map<String, StreamState> map = new TreeMap<>();
    private final Set<Thread> threads = new HashSet<>();
    private String damaged = "";

    private void touched(String stream) {
      threads.add(Thread.currentThread());
      if (stream.equals(damaged)) {
        throw new IllegalStateException(stream + " is damaged");
      }
    }

    @Override
    public StreamState get(String stream) {
      touched(stream);
      return map.get(stream);
    }

    @Override
    public void put(Map<String, StreamState> changed) {
      changed.keySet().forEach(this::touched);
      map.putAll(changed);
    }

    @Override
    public void remove(String stream) {
      touched(stream);
      map.remove(stream);
    }

    @Override
    public SortedSet<String> names() {
      return new TreeSet<>(map.keySet());
    }
  }

  private static StreamState state(long time) {
    return new StreamState(time, new HiddenState(List.of(new float[] {time})));
  }

  private static String stream(int number) {
    return "host " + number;
  }

  @Test
  void statesAreThoseThatThereWouldBeWithoutReadingAhead() {
    Random random = new Random(7);
    Map<String, StreamState> plain = new HashMap<>();
    for (int batch = 1; batch <= BATCHES; batch++) {
      Map<String, StreamState> changed = new HashMap<>();
      for (int row = 0; row < ROWS; row++) {
        String stream = stream(random.nextInt(STREAMS));
        assertThat(states.get(stream)).isEqualTo(plain.get(stream));
        changed.put(stream, state(batch));
      }
      // What is expected was often changed just now, or will not be asked for.
      states.expect(
          random
              .ints(ROWS, 0, STREAMS)
              .mapToObj(StatesAheadTest::stream)
              .collect(Collectors.toSet()));
      if (random.nextInt(ROWS) == 0) {
        String gone = stream(random.nextInt(STREAMS));
        states.remove(gone);
        plain.remove(gone);
        changed.remove(gone);
      }
      states.put(changed);
      plain.putAll(changed);
    }
    states.settle();
    assertThat(kept.map).isEqualTo(plain);
    assertThat(states.names()).isEqualTo(plain.keySet());
    assertThat(kept.threads).hasSize(1).doesNotContain(Thread.currentThread());
  }

  @Test
  void whatIsSettledIsRead() {
    states.put(Map.of("a", state(1)));
    states.expect(Set.of("b"));
    states.settle();
    // As a checkpoint that is restored would change it.
    kept.map.put("b", state(2));
    assertThat(states.get("b")).isEqualTo(state(2));
    assertThat(kept.map).containsKey("a");
  }

  @Test
  void aReadThatFailsFailsWhoAsks() {
    kept.damaged = "b";
    states.expect(Set.of("a", "b"));
    assertThat(states.get("a")).isNull();
    assertThatThrownBy(() -> states.get("b"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("b is damaged");
  }

  @Test
  void aWriteThatFailsFailsTheCheckpoint() {
    kept.damaged = "b";
    states.put(Map.of("b", state(1)));
    assertThatThrownBy(states::settle).hasMessage("b is damaged");
  }
}
