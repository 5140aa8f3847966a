package io.flinklm.bench.feed;

import io.flinklm.job.Feed;
import io.flinklm.job.record.DeadLetter;
import io.flinklm.job.record.TextRecord;
import io.flinklm.job.wire.EventType;
import io.flinklm.job.wire.LaneEvent;
import io.flinklm.text.Tokenizer;
import io.flinklm.train.Report;
import io.flinklm.train.TrainingConfig;
import java.util.Optional;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The job with the training switched off: what would be trained on is put together into batches and
 * counted, and each batch is reported. It shows how much text the way to the training carries, and
 * what a step costs its thread that is not the engine's.
 *
 * @param config of the training that does not happen
 * @param tokenizer of the text
 * @param text where records of text come from
 * @param metrics where reports go
 * @param deadLetters where records go that cannot be used
 */
record FeedJob(
    TrainingConfig config,
    Tokenizer tokenizer,
    Source<TextRecord, ?, ?> text,
    Sink<Report> metrics,
    Sink<DeadLetter> deadLetters) {

  /** Puts the topology into an environment. */
  void addTo(StreamExecutionEnvironment environment) {
    Feed feed =
        Feed.addTo(
            environment,
            text,
            new Feed.Shape(
                tokenizer, config.laneCount(), config.windows(), Optional.empty(), false));
    feed.chunks()
        .keyBy(LaneEvent::lane)
        .transform("batches", EventType.REPORT, new CountBatches(config.laneCount()))
        .uid("batches")
        .setParallelism(1)
        .sinkTo(metrics)
        .name("metrics")
        .uid("metrics")
        .setParallelism(1);
    feed.deadLetters()
        .sinkTo(deadLetters)
        .name("dead letters")
        .uid("dead-letters")
        .setParallelism(1);
  }
}
