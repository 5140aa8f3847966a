package io.flinklm.train;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.flinklm.lane.Refusal;
import java.util.Map;

/**
 * How far a training has come and how well it does: what a {@link Report} of any kind says.
 *
 * @param model name of the language model
 * @param step steps done so far
 * @param epoch epoch of the batch, of the finished segment, or of the last one
 * @param split {@code train} or {@code valid}, likewise
 * @param index batches of this segment done before this one; for a segment how many it had
 * @param laneCount how many lanes the batch has, or the segment's widest one
 * @param loss cross entropy in nats, mean over all targets of the batch or segment
 * @param accuracy share of targets that were the model's most likely token
 * @param trainLoss training loss averaged exponentially over steps (beta 0.98, debiased)
 * @param prequentialLoss cross entropy in nats before training on a batch, without dropout: of one
 *     step's in 50, averaged exponentially (beta 0.75, debiased); NaN once text has come again,
 *     which the model has trained on before
 * @param prequentialAccuracy likewise
 * @param learningRate of the last step
 * @param gradientNorm of the last step: global norm of the gradients before clipping
 * @param tokensTrained tokens trained on since step 1
 * @param tokensScored tokens scored only, since step 1
 * @param tokensRefused tokens refused, by reason
 * @param bytes the same in bytes of text; null in reports of builds from before they were counted
 * @param seconds wall time from the start of the first batch to the end of this one
 */
public record TrainingNumbers(
    String model,
    long step,
    int epoch,
    String split,
    int index,
    @JsonProperty("lanes") int laneCount,
    double loss,
    double accuracy,
    double trainLoss,
    double prequentialLoss,
    double prequentialAccuracy,
    double learningRate,
    double gradientNorm,
    long tokensTrained,
    long tokensScored,
    @JsonFormat(with = JsonFormat.Feature.WRITE_SORTED_MAP_ENTRIES) Map<String, Long> tokensRefused,
    @JsonUnwrapped ByteNumbers bytes,
    double seconds) {

  public TrainingNumbers {
    bytes = bytes == null || bytes.areMissing() ? null : bytes;
  }

  /** How many tokens were refused, without the tails of segments, which nobody can help. */
  long refusedBesideTails() {
    return tokensRefused.entrySet().stream()
        .filter(of -> !of.getKey().equals(Refusal.Reason.TAIL.label()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** The same without the time, which no two trainings have the same. */
  TrainingNumbers withoutTime() {
    return new TrainingNumbers(
        model,
        step,
        epoch,
        split,
        index,
        laneCount,
        loss,
        accuracy,
        trainLoss,
        prequentialLoss,
        prequentialAccuracy,
        learningRate,
        gradientNorm,
        tokensTrained,
        tokensScored,
        tokensRefused,
        bytes,
        0);
  }
}
