package io.flinklm.job;

import io.flinklm.job.models.TrainedModel;
import io.flinklm.job.record.DeadLetter;
import io.flinklm.job.record.TextRecord;
import io.flinklm.train.Report;
import java.util.Optional;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;

/**
 * The sources and sinks of a job: it runs with those of Kafka and with any others.
 *
 * @param text where records of text come from
 * @param metrics where reports go
 * @param models where the weights of checkpoints go
 * @param deadLetters where records go that cannot be used
 * @param scoring where scores of records go; empty for a job that gives none
 * @param serving prompts and their answers; empty for a job that only trains
 * @param replicas by which way they hear of each other; empty for a job that has one
 */
public record Endpoints(
    Source<TextRecord, ?, ?> text,
    Sink<Report> metrics,
    Sink<TrainedModel> models,
    Sink<DeadLetter> deadLetters,
    Optional<Scoring> scoring,
    Optional<Serving> serving,
    Optional<ReplicaTopic> replicas) {

  /** Of a job that trains one replica. */
  public Endpoints(
      Source<TextRecord, ?, ?> text,
      Sink<Report> metrics,
      Sink<TrainedModel> models,
      Sink<DeadLetter> deadLetters,
      Optional<Scoring> scoring,
      Optional<Serving> serving) {
    this(text, metrics, models, deadLetters, scoring, serving, Optional.empty());
  }

  /** Of a job that only trains. */
  public Endpoints(
      Source<TextRecord, ?, ?> text,
      Sink<Report> metrics,
      Sink<TrainedModel> models,
      Sink<DeadLetter> deadLetters) {
    this(text, metrics, models, deadLetters, Optional.empty(), Optional.empty());
  }
}
