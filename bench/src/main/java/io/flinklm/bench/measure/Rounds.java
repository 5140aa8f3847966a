package io.flinklm.bench.measure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Contestants taking turns: in each round everyone runs once, alone, and each round begins with
 * another. So what the machine does meanwhile comes to all alike. In the first round all are cold,
 * and it does not count.
 *
 * @param contestants by name
 * @param seconds that a turn takes
 */
public record Rounds(Map<String, Contestant> contestants, double seconds) {

  /**
   * Runs them.
   *
   * @param repetitions rounds that count
   * @param warm is told once the first round is over
   * @param done is told of each round that counts, with the rates by name
   * @param stopped whether to stop after the present turn
   * @return the rates by name of the rounds that were finished; empty if there is none
   */
  public Map<String, Rates> run(
      int repetitions, Runnable warm, Consumer<Map<String, Double>> done, BooleanSupplier stopped)
      throws Exception {
    Map<String, List<Double>> rates = new LinkedHashMap<>();
    round(0, stopped);
    warm.run();
    for (int i = 1; i <= repetitions && !stopped.getAsBoolean(); i++) {
      Map<String, Double> round = round(i, stopped);
      if (round.size() == contestants.size()) {
        round.forEach(
            (name, rate) -> rates.computeIfAbsent(name, n -> new ArrayList<>()).add(rate));
        done.accept(round);
      }
    }
    Map<String, Rates> result = new LinkedHashMap<>();
    if (!rates.isEmpty()) {
      contestants.keySet().forEach(name -> result.put(name, new Rates(rates.get(name))));
    }
    return result;
  }

  private Map<String, Double> round(int number, BooleanSupplier stopped) throws Exception {
    List<String> order = new ArrayList<>(contestants.keySet());
    Collections.rotate(order, -number);
    Map<String, Double> rates = new LinkedHashMap<>();
    for (String name : order) {
      if (stopped.getAsBoolean()) {
        break;
      }
      rates.put(name, contestants.get(name).run(seconds).rate());
    }
    return rates;
  }
}
