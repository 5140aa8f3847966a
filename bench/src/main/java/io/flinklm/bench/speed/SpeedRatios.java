package io.flinklm.bench.speed;

import io.flinklm.bench.measure.Rates;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code bench} is about: the speeds of its contestants in relation to one another, round by
 * round.
 *
 * @param ofRounds by name, {@code ONE_to_ANOTHER}
 */
record SpeedRatios(Map<String, Rates> ofRounds) {
  private static final String BEST = "pytorch_best";

  /**
   * Those whose both sides took turns.
   *
   * @param rates by who took turns
   * @param best who of PyTorch's loops was the fastest; null without any
   */
  static SpeedRatios of(Map<String, Rates> rates, String best) {
    Map<String, Rates> all = new LinkedHashMap<>(rates);
    if (best != null) {
      all.put(BEST, rates.get(best));
    }
    String ofDjl = rates.containsKey(Contest.STEP_OF_DJL) ? Contest.STEP_OF_DJL : Contest.STEP;
    SpeedRatios ratios = new SpeedRatios(new LinkedHashMap<>());
    ratios.add("pipeline_to_step", all, Contest.PIPELINE, Contest.STEP);
    ratios.add("plain_loop_to_step", all, Contest.PLAIN_LOOP, Contest.STEP);
    ratios.add("pipeline_to_pytorch", all, Contest.PIPELINE, Contest.PYTORCH);
    ratios.add("pipeline_to_pytorch_best", all, Contest.PIPELINE, BEST);
    ratios.add("step_to_pytorch", all, Contest.STEP, Contest.PYTORCH);
    ratios.add("step_to_pytorch_best", all, Contest.STEP, BEST);
    ratios.add("step_to_djl", all, ofDjl, Contest.DJL);
    return ratios;
  }

  private void add(String name, Map<String, Rates> rates, String of, String to) {
    if (rates.containsKey(of) && rates.containsKey(to)) {
      ofRounds.put(name, rates.get(of).to(rates.get(to)));
    }
  }

  /** The median of each. */
  Map<String, Double> medians() {
    Map<String, Double> medians = new LinkedHashMap<>();
    ofRounds.forEach((name, ratio) -> medians.put(name, ratio.median()));
    return medians;
  }

  /** The lowest and the highest of each. */
  Map<String, List<Double>> spreads() {
    Map<String, List<Double>> spreads = new LinkedHashMap<>();
    ofRounds.forEach((name, ratio) -> spreads.put(name, List.of(ratio.lowest(), ratio.highest())));
    return spreads;
  }
}
