package io.flinklm.cli.run;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.flinklm.cli.screen.Figures;
import io.flinklm.json.Json;
import io.flinklm.train.ByteNumbers;
import io.flinklm.train.CodeLength;
import io.flinklm.train.Report;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a run came to: the one object that {@code --json} prints. Every token that was produced is
 * in exactly one of trained, scored, refused and waiting, and so is every byte.
 *
 * @param steps optimizer updates
 * @param tokensProduced tokens written to the lanes
 * @param tokensTrained tokens trained on
 * @param tokensScored tokens scored only
 * @param tokensRefused tokens refused, for whatever reason
 * @param refused the same, by reason
 * @param tokensWaiting tokens produced of which the training has not reported anything
 * @param bytesProduced bytes of the records of text
 * @param bytesTrained bytes trained on
 * @param bytesScored bytes scored only
 * @param bytesRefused bytes refused, for whatever reason
 * @param refusedBytes the same, by reason
 * @param bytesWaiting bytes produced of which the training has not reported anything
 * @param trainLoss training loss averaged exponentially over steps, in nats
 * @param validLoss cross entropy of the last scored segment, in nats
 * @param accuracy of the last scored segment
 * @param trainBitsPerByte the training loss in bits per byte of text
 * @param validBitsPerByte that of the last scored segment, likewise
 * @param codeLength of the text; null unless all of it was evaluated before it was trained on
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
    long bytesProduced,
    long bytesTrained,
    long bytesScored,
    long bytesRefused,
    SortedMap<String, Long> refusedBytes,
    long bytesWaiting,
    double trainLoss,
    double validLoss,
    double accuracy,
    double trainBitsPerByte,
    double validBitsPerByte,
    CodeLength codeLength,
    double seconds,
    double tokensPerSecond,
    @JsonProperty("weights_sha256") String weightsSha256) {

  /**
   * The summary of a run that has ended.
   *
   * @param end the last report
   * @param tokensProduced how many tokens were given to the run
   * @param bytesProduced of how many bytes
   */
  public static Summary of(Report.RunEnd end, long tokensProduced, long bytesProduced) {
    SortedMap<String, Long> refused = new TreeMap<>(end.tokensRefused());
    long tokensRefused = sum(refused);
    ByteNumbers bytes = end.bytes();
    SortedMap<String, Long> refusedBytes = new TreeMap<>(bytes.bytesRefused());
    long bytesRefused = sum(refusedBytes);
    return new Summary(
        end.step(),
        tokensProduced,
        end.tokensTrained(),
        end.tokensScored(),
        tokensRefused,
        refused,
        tokensProduced - end.tokensTrained() - end.tokensScored() - tokensRefused,
        bytesProduced,
        bytes.bytesTrained(),
        bytes.bytesScored(),
        bytesRefused,
        refusedBytes,
        bytesProduced - bytes.bytesTrained() - bytes.bytesScored() - bytesRefused,
        end.trainLoss(),
        end.loss(),
        end.accuracy(),
        bytes.trainBitsPerByte(),
        bytes.bitsPerByte(),
        bytes.codeLength(),
        end.seconds(),
        end.seconds() > 0 ? end.tokensTrained() / end.seconds() : Double.NaN,
        end.weightsSha256());
  }

  private static long sum(SortedMap<String, Long> byReason) {
    return byReason.values().stream().mapToLong(Long::longValue).sum();
  }

  /** One line of JSON, names in snake case; a number without a value (NaN) is null. */
  public String toJson() {
    return Json.line(this);
  }

  /** The same for a person: a few lines, without a line break at the end. */
  public String toText() {
    return """
        %s steps in %s: %s tokens trained (%s tokens/s), %s scored, %s refused%s, %s waiting
        in bytes of text: %s trained, %s scored, %s refused, %s waiting
        train loss %s (%s bits per byte), valid loss %s (%s), accuracy %s
        %sweights SHA-256 %s"""
        .formatted(
            Figures.count(steps),
            Figures.duration(seconds),
            Figures.count(tokensTrained),
            Figures.rate(tokensPerSecond),
            Figures.count(tokensScored),
            Figures.count(tokensRefused),
            reasons(),
            Figures.count(tokensWaiting),
            Figures.count(bytesTrained),
            Figures.count(bytesScored),
            Figures.count(bytesRefused),
            Figures.count(bytesWaiting),
            Figures.decimal(trainLoss),
            Figures.decimal(trainBitsPerByte),
            Figures.decimal(validLoss),
            Figures.decimal(validBitsPerByte),
            Figures.decimal(accuracy),
            code(),
            weightsSha256 == null ? "-" : weightsSha256);
  }

  private String code() {
    return codeLength == null
        ? ""
        : "code length %s bytes, of %s bytes of text: %s bits per byte\n"
            .formatted(
                Figures.rate(codeLength.bytes()),
                Figures.count(codeLength.ofBytes()),
                Figures.decimal(codeLength.bitsPerByte()));
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
