package io.flinklm.job;

import io.flinklm.job.models.PinnedModel;
import io.flinklm.job.predict.AnswerLimits;
import io.flinklm.job.predict.SessionPrediction;
import io.flinklm.job.record.PromptRecord;
import java.time.Duration;
import java.util.Optional;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;

/**
 * How a job answers prompts while it trains.
 *
 * @param prompts where they come from
 * @param predictions where the answers go
 * @param parallelism of the answering
 * @param timeToLive how long a session is remembered after its last prompt
 * @param limits of what the answering may take
 * @param pinned the model that answers; empty for the one that is trained
 */
public record Serving(
    Source<PromptRecord, ?, ?> prompts,
    Sink<SessionPrediction> predictions,
    int parallelism,
    Duration timeToLive,
    AnswerLimits limits,
    Optional<PinnedModel> pinned) {}
