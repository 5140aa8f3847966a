package io.flinklm.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RoundsTest {
  private static final double SECONDS = 2;

  private final List<String> turns = new ArrayList<>();
  private final Map<String, Contestant> contestants = new LinkedHashMap<>();

  /** Does as much in a turn as there were turns before it. */
  private final class Counting implements Contestant {
    private final String name;

    Counting(String name) {
      this.name = name;
    }

    @Override
    public Timing run(double seconds) {
      turns.add(name);
      return new Timing(turns.size() * seconds, seconds);
    }

    @Override
    public void close() {}
  }

  @BeforeEach
  void enter() {
    for (String name : List.of("a", "b", "c")) {
      contestants.put(name, new Counting(name));
    }
  }

  private Map<String, Rates> run(int repetitions, int turnsWanted) throws Exception {
    return new Rounds(contestants, SECONDS)
        .run(
            repetitions,
            () -> turns.add("warm"),
            round -> turns.add("round"),
            () -> turns.stream().filter(contestants::containsKey).count() >= turnsWanted);
  }

  @Test
  void eachRoundBeginsWithAnotherAndTheFirstDoesNotCount() throws Exception {
    Map<String, Rates> rates = run(3, Integer.MAX_VALUE);

    assertThat(String.join(" ", turns)).isEqualTo("a b c warm b c a round c a b round a b c round");
    assertThat(rates.keySet()).containsExactly("a", "b", "c");
    assertThat(rates.get("a").ofRounds()).containsExactly(7.0, 10.0, 13.0);
    assertThat(rates.get("b").ofRounds()).containsExactly(5.0, 11.0, 14.0);
  }

  @Test
  void aRoundThatWasNotFinishedDoesNotCount() throws Exception {
    Map<String, Rates> rates = run(3, 8);

    assertThat(String.join(" ", turns)).isEqualTo("a b c warm b c a round c a");
    assertThat(rates.get("a").ofRounds()).hasSize(1);
  }

  @Test
  void nothingIsMeasuredWhereNoRoundIsFinished() throws Exception {
    assertThat(run(3, 4)).isEmpty();
  }

  @Test
  void aRatioIsTakenRoundByRound() {
    Rates half = new Rates(List.of(1.0, 20.0, 300.0));
    Rates whole = new Rates(List.of(2.0, 80.0, 300.0));

    Rates ratio = half.to(whole);

    assertThat(ratio.ofRounds()).containsExactly(0.5, 0.25, 1.0);
    assertThat(ratio.median()).isEqualTo(0.5);
    assertThat(ratio.lowest()).isEqualTo(0.25);
    assertThat(ratio.highest()).isEqualTo(1.0);
  }
}
