package io.flinklm.bench.streams;

import io.flinklm.bench.measure.Machine;
import io.flinklm.bench.measure.Rates;
import io.flinklm.cli.screen.Figures;
import io.flinklm.json.Json;
import java.util.List;

/**
 * What a training on many streams takes, and how fast it is.
 *
 * @param machine it was measured on
 * @param hidden width of the model
 * @param stateBackend where streams are kept, by Flink's name
 * @param stages while the number of streams grew
 * @param streams tokens per second of the training on all of them, by round
 * @param lanes the same of one on lanes
 */
record StreamsResult(
    Machine machine,
    int hidden,
    String stateBackend,
    List<Stage> stages,
    Rates streams,
    Rates lanes) {
  private static final String ROW = "%11s  %8s  %10s  %10s  %9s  %8s  %9s";
  private static final double MEBIBYTE = 1024 * 1024;

  /** What the columns of a stage are. */
  static final String HEADER =
      ROW.formatted("streams", "heap", "checkpoint", "written", "takes", "memory", "tokens/s");

  /**
   * What it took when there were so many.
   *
   * @param streams that have a hidden state
   * @param heapBytes of the process, without garbage
   * @param checkpointBytes of state in a checkpoint, the most there were
   * @param checkpointBytesWritten on average since the stage before
   * @param checkpointMilliseconds on average since the stage before
   * @param residentMemoryBytes of the process; null where the machine does not say
   * @param tokensPerSecond since the stage before
   */
  record Stage(
      long streams,
      long heapBytes,
      long checkpointBytes,
      long checkpointBytesWritten,
      long checkpointMilliseconds,
      Long residentMemoryBytes,
      double tokensPerSecond) {
    /** As a line of the table. */
    String toRow() {
      return ROW.formatted(
          Figures.count(streams),
          mebibytes(heapBytes),
          mebibytes(checkpointBytes),
          mebibytes(checkpointBytesWritten),
          checkpointMilliseconds + " ms",
          residentMemoryBytes == null ? "-" : mebibytes(residentMemoryBytes),
          Figures.rate(tokensPerSecond));
    }
  }

  private static String mebibytes(long bytes) {
    return Figures.count(Math.round(bytes / MEBIBYTE)) + " MiB";
  }

  /** For a person: the medians. */
  String toText() {
    Rates ratio = streams.to(lanes);
    return "streams %s tokens/s, lanes %s tokens/s, streams to lanes %s (%s to %s)"
        .formatted(
            Figures.rate(streams.median()),
            Figures.rate(lanes.median()),
            Figures.shortDecimal(ratio.median()),
            Figures.shortDecimal(ratio.lowest()),
            Figures.shortDecimal(ratio.highest()));
  }

  private record Line(
      Machine machine,
      int hidden,
      String stateBackend,
      List<Stage> stages,
      List<Double> streamsTokensPerSecond,
      List<Double> lanesTokensPerSecond,
      double ratio) {}

  /** One line of JSON. */
  String toJson() {
    return Json.line(
        new Line(
            machine,
            hidden,
            stateBackend,
            stages,
            streams.ofRounds(),
            lanes.ofRounds(),
            streams.to(lanes).median()));
  }
}
