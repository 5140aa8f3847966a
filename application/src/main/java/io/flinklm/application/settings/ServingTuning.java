package io.flinklm.application.settings;

import io.flinklm.job.models.PinnedModel;
import io.flinklm.job.predict.AnswerLimits;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How a run's job is to answer prompts, as a person asks for it.
 *
 * @param parallelism of the answering
 * @param timeToLive how long a session is remembered after its last prompt
 * @param limits of what the answering may take
 * @param pinned the model that answers; empty for the one that is trained
 * @param start offset of the first prompt to answer, by partition; a checkpoint knows better
 */
public record ServingTuning(
    int parallelism,
    Duration timeToLive,
    AnswerLimits limits,
    Optional<PinnedModel> pinned,
    Map<Integer, Long> start) {}
