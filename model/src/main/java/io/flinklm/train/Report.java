package io.flinklm.train;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.flinklm.lane.Refusal;
import io.flinklm.net.MachineKind;
import java.util.Map;

/**
 * What the world learns of training: one object per reported step, one per finished segment, one at
 * the end. Its JSON, with names in snake case, is the value of a record in the topic {@code
 * metrics}.
 *
 * @param kind {@code step}, {@code segment}, {@code end} or {@code model}
 * @param model name of the language model
 * @param step steps done so far
 * @param epoch epoch of the batch, of the finished segment, or of the last one
 * @param split {@code train} or {@code valid}, likewise
 * @param index batches of this segment done before this one; for a segment how many it had
 * @param lanes lanes in the batch, or in the segment's widest one
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
 * @param seconds wall time from the start of the first batch to the end of this one
 * @param weightsSha256 of the weights; only at the end and of a model
 * @param hiddenStatesSha256 of all lanes' hidden states; only at the end
 * @param machine the kind of machine that trains; only at the end and of a model
 * @param lineage of the training that reports, which no other training has; null where nobody said
 *     it, as in reports of builds from before it was reported
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Report(
    String kind,
    String model,
    long step,
    int epoch,
    String split,
    int index,
    int lanes,
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
    double seconds,
    String weightsSha256,
    String hiddenStatesSha256,
    MachineKind machine,
    String lineage) {

  /** Kind of a report on one batch. */
  public static final String STEP = "step";

  /** Kind of a report on a finished segment. */
  public static final String SEGMENT = "segment";

  /** Kind of the last report; loss and accuracy are those of the last scored segment. */
  public static final String END = "end";

  /**
   * Kind of a report on weights that leave the training; loss and accuracy are those of the last
   * scored segment.
   */
  public static final String MODEL = "model";

  /** The same without times and lineage, which no two trainings have the same. */
  public Report withoutTime() {
    return copy(0, machine, null);
  }

  /** The same, of a training on a kind of machine. */
  public Report on(MachineKind kindOfMachine) {
    return copy(seconds, kindOfMachine, lineage);
  }

  /** The same, of a training with this lineage; null for none. */
  public Report of(String training) {
    return copy(seconds, machine, training);
  }

  /** How many tokens were refused, without the tails of segments, which nobody can help. */
  public long refusedBesideTails() {
    return tokensRefused.entrySet().stream()
        .filter(of -> !of.getKey().equals(Refusal.Reason.TAIL.label()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  private Report copy(double time, MachineKind on, String of) {
    return new Report(
        kind,
        model,
        step,
        epoch,
        split,
        index,
        lanes,
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
        time,
        weightsSha256,
        hiddenStatesSha256,
        on,
        of);
  }
}
