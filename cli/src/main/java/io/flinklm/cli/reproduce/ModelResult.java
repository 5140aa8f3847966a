package io.flinklm.cli.reproduce;

import io.flinklm.cli.run.SeedResult;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What a model came to over several seeds.
 *
 * @param model name of the model
 * @param seeds one result each, at least one
 */
record ModelResult(String model, List<SeedResult> seeds) {

  long steps() {
    return seeds.get(0).steps();
  }

  double accuracy() {
    return mean(SeedResult::accuracy);
  }

  double lowest() {
    return seeds.stream().mapToDouble(SeedResult::accuracy).min().orElseThrow();
  }

  double highest() {
    return seeds.stream().mapToDouble(SeedResult::accuracy).max().orElseThrow();
  }

  double validLoss() {
    return mean(SeedResult::validLoss);
  }

  /** Accuracy of the validation after each epoch, mean over the seeds. */
  List<Double> accuracies() {
    int epochs =
        seeds.stream().mapToInt(seed -> seed.accuracies().values().size()).min().orElseThrow();
    return IntStream.range(0, epochs)
        .mapToObj(epoch -> mean(seed -> seed.accuracies().values().get(epoch)))
        .toList();
  }

  private double mean(ToDoubleFunction<SeedResult> value) {
    return seeds.stream().mapToDouble(value).average().orElseThrow();
  }
}
