package io.flinklm.bench.feed;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.flinklm.cli.screen.Figures;
import io.flinklm.json.Json;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How much text the producer and the way to the training carry.
 *
 * @param laneCount how many lanes
 * @param bptt tokens in a window
 * @param partitions of the topic text
 * @param repetitions at least one
 */
record FeedCost(int laneCount, int bptt, int partitions, List<Repetition> repetitions) {
  private static final String ROW = "%17s  %15s  %17s  %15s  %13s  %14s  %9s";

  /** What the columns of a row are. */
  static final String HEADER =
      ROW.formatted(
          "published, tok/s",
          "CPU s/M tokens",
          "fed, tok/s",
          "CPU s/M tokens",
          "µs a step",
          "tokens waiting",
          "VmRSS");

  /**
   * The same text published and then fed.
   *
   * @param tokens published
   * @param wallNanos that it took
   * @param processNanos processor time of the whole process, Kafka included
   * @param fed what was read of it
   * @param waiting the most tokens that waited at one time for those of other lanes
   * @param residentMib what the process took of the machine at the end; 0 where that is not known
   */
  record Repetition(
      long tokens, long wallNanos, long processNanos, Fed fed, long waiting, long residentMib) {
    double published() {
      return tokens / (wallNanos / 1e9);
    }

    double publishedCpu() {
      return processNanos / 1e9 / (tokens / 1e6);
    }

    double carried() {
      return tokens / (fed.wallNanos() / 1e9);
    }

    double carriedCpu() {
      return fed.processNanos() / 1e9 / (tokens / 1e6);
    }

    double stepMicros() {
      return fed.threadNanos() / 1e3 / fed.batches();
    }

    /** As a line of the table. */
    String toRow() {
      return ROW.formatted(
          Figures.rate(published()),
          Figures.shortDecimal(publishedCpu()),
          Figures.rate(carried()),
          Figures.shortDecimal(carriedCpu()),
          Figures.rate(stepMicros()),
          Figures.count(waiting),
          residentMib + " MiB");
    }
  }

  private record Line(
      long tokens,
      @JsonProperty("lanes") int laneCount,
      int bptt,
      int partitions,
      double publishedTokensPerSecond,
      double publishedCpuSecondsPerMillionTokens,
      double fedTokensPerSecond,
      double fedCpuSecondsPerMillionTokens,
      double trainingThreadMicrosPerStep,
      long tokensWaitingAtMost,
      List<Double> publishedTokensPerSecondOfEach,
      List<Double> fedTokensPerSecondOfEach) {}

  /** For a person: the medians. */
  String toText() {
    Line of = line();
    return String.join(
        System.lineSeparator(),
        "producer  %s tokens/s, acks=all; %s s of processor time a million tokens"
            .formatted(
                Figures.rate(of.publishedTokensPerSecond),
                Figures.shortDecimal(of.publishedCpuSecondsPerMillionTokens)),
        "feed      %s tokens/s; %s s of processor time a million tokens"
            .formatted(
                Figures.rate(of.fedTokensPerSecond),
                Figures.shortDecimal(of.fedCpuSecondsPerMillionTokens)),
        "thread    %s µs a step of %d lanes x %d tokens on the thread that would train"
            .formatted(Figures.rate(of.trainingThreadMicrosPerStep), laneCount, bptt),
        "waiting   %s tokens at most for those of other lanes"
            .formatted(Figures.count(of.tokensWaitingAtMost)),
        "medians of %d repetitions with %s tokens each"
            .formatted(repetitions.size(), Figures.count(of.tokens)));
  }

  /** The same as one line of JSON. */
  String toJson() {
    return Json.line(line());
  }

  private Line line() {
    return new Line(
        repetitions.get(0).tokens,
        laneCount,
        bptt,
        partitions,
        median(Repetition::published),
        median(Repetition::publishedCpu),
        median(Repetition::carried),
        median(Repetition::carriedCpu),
        median(Repetition::stepMicros),
        repetitions.stream().mapToLong(Repetition::waiting).max().orElseThrow(),
        repetitions.stream().map(Repetition::published).toList(),
        repetitions.stream().map(Repetition::carried).toList());
  }

  private double median(ToDoubleFunction<Repetition> of) {
    return Figures.median(repetitions.stream().map(each -> of.applyAsDouble(each)).toList());
  }
}
