package io.flinklm.cli.run;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.flinklm.cli.screen.Figures;
import io.flinklm.json.Json;
import io.flinklm.train.Report;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a run came to: the one object that {@code --json} prints. Every token that was produced is
 * in exactly one of trained, scored, refused and waiting.
 *
 * @param steps optimizer updates
 * @param tokensProduced tokens written to the lanes
 * @param tokensTrained tokens trained on
 * @param tokensScored tokens scored only
 * @param tokensRefused tokens refused, for whatever reason
 * @param refused the same, by reason
 * @param tokensWaiting tokens produced of which the training has not reported anything
 * @param trainLoss training loss averaged exponentially over steps, in nats
 * @param validLoss cross entropy of the last scored segment, in nats
 * @param accuracy of the last scored segment
 * @param seconds wall time from the start of the first batch to the end of the last one
 * @param tokensPerSecond tokens trained in a second of that time
 * @param weightsSha256 of the weights
 */
record Summary(
    long steps,
    long tokensProduced,
    long tokensTrained,
    long tokensScored,
    long tokensRefused,
    SortedMap<String, Long> refused,
    long tokensWaiting,
    double trainLoss,
    double validLoss,
    double accuracy,
    double seconds,
    double tokensPerSecond,
    @JsonProperty("weights_sha256") String weightsSha256) {

  /**
   * The summary of a run that has ended.
   *
   * @param end the last report
   * @param tokensProduced how many tokens were given to the run
   */
  public static Summary of(Report.RunEnd end, long tokensProduced) {
    SortedMap<String, Long> refused = new TreeMap<>(end.tokensRefused());
    long tokensRefused = refused.values().stream().mapToLong(Long::longValue).sum();
    return new Summary(
        end.step(),
        tokensProduced,
        end.tokensTrained(),
        end.tokensScored(),
        tokensRefused,
        refused,
        tokensProduced - end.tokensTrained() - end.tokensScored() - tokensRefused,
        end.trainLoss(),
        end.loss(),
        end.accuracy(),
        end.seconds(),
        end.seconds() > 0 ? end.tokensTrained() / end.seconds() : Double.NaN,
        end.weightsSha256());
  }

  /** One line of JSON, names in snake case; a number without a value (NaN) is null. */
  public String toJson() {
    return Json.line(this);
  }

  /** The same for a person: three lines, without a line break at the end. */
  public String toText() {
    return """
        %s steps in %s: %s tokens trained (%s tokens/s), %s scored, %s refused%s, %s waiting
        train loss %s, valid loss %s, accuracy %s
        weights SHA-256 %s"""
        .formatted(
            Figures.count(steps),
            Figures.duration(seconds),
            Figures.count(tokensTrained),
            Figures.rate(tokensPerSecond),
            Figures.count(tokensScored),
            Figures.count(tokensRefused),
            reasons(),
            Figures.count(tokensWaiting),
            Figures.decimal(trainLoss),
            Figures.decimal(validLoss),
            Figures.decimal(accuracy),
            weightsSha256 == null ? "-" : weightsSha256);
  }

  private String reasons() {
    return refused.entrySet().stream()
        .filter(entry -> entry.getValue() != 0)
        .map(Summary::reason)
        .collect(
            Collectors.collectingAndThen(
                Collectors.joining(", "), list -> list.isEmpty() ? "" : " (" + list + ")"));
  }

  private static String reason(Map.Entry<String, Long> entry) {
    return entry.getKey().replace('_', ' ') + " " + Figures.count(entry.getValue());
  }
}
