package io.flinklm.job.models;

import io.flinklm.train.Report;
import java.io.Serializable;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.util.OutputTag;

/**
 * The weights of a language model after a step, on their way out of the job, or into it.
 *
 * @param step after which they were taken
 * @param sha256 over the values of all parameters
 * @param safetensors the parameters by their PyTorch names, as a safetensors file
 * @param lineage of its training
 * @param validLoss of these very weights on the validation text; NaN if they were not evaluated
 * @param report how the training stood then; null for weights that come from elsewhere
 * @param offsets of the next record of text then, by partition; empty where that is not known
 */
public record TrainedModel(
    long step,
    String sha256,
    byte[] safetensors,
    Lineage lineage,
    double validLoss,
    Report.Standing report,
    Map<Integer, Long> offsets)
    implements Serializable {
  /** The side output of the training for models that are kept. */
  public static final OutputTag<TrainedModel> TAG =
      new OutputTag<>("models", TypeInformation.of(TrainedModel.class));

  /** Weights that come from elsewhere. */
  public static TrainedModel of(long step, String sha256, byte[] safetensors) {
    return new TrainedModel(step, sha256, safetensors, Lineage.NONE, Double.NaN, null, Map.of());
  }
}
