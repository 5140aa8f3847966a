package io.flinklm.job.train;

import io.flinklm.job.models.TrainedModel;
import io.flinklm.text.Tokenizer;
import io.flinklm.train.TrainingConfig;
import java.io.Serializable;

/**
 * What an operator that trains is told when it is made.
 *
 * @param config of the training
 * @param tokenizer of the text
 * @param initial weights to start from; null for those that the seed gives
 * @param options of the job
 * @param nonfinite where steps are kept that gave NaN or infinity
 */
public record Setup(
    TrainingConfig config,
    Tokenizer tokenizer,
    TrainedModel initial,
    JobOptions options,
    NonfiniteDirectory nonfinite)
    implements Serializable {}
