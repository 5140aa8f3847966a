package io.flinklm.application.settings;

import io.flinklm.job.Endpoints;
import io.flinklm.job.ReplicaTopic;
import io.flinklm.job.Scoring;
import io.flinklm.job.Serving;
import io.flinklm.job.TrainingJob;
import io.flinklm.job.kafka.Topics;
import io.flinklm.job.models.Lineage;
import io.flinklm.job.models.ModelDirectory;
import io.flinklm.job.models.ModelSink;
import io.flinklm.job.record.TextRecord;
import io.flinklm.text.Tokenizer;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.train.TrainingConfig;
import java.util.Optional;
import org.apache.flink.api.connector.source.Source;

/**
 * The job on Kafka's topics: what is trained, on the text of which Kafka, and where its models go.
 *
 * @param model and how it learns
 * @param steps of the run; 0 for a stream without end
 * @param tokenizer of the text
 * @param initial model to start from; empty for the weights that the seed gives
 * @param kafka where the topics are
 * @param models where the models of checkpoints go
 * @param nonfinite directory where steps are kept that gave NaN or infinity
 * @param tuning how the job behaves
 * @param lineage of the training and its reports; empty where the job draws it
 */
public record KafkaJob(
    ModelSettings model,
    long steps,
    Tokenizer tokenizer,
    Optional<InitialModel> initial,
    KafkaAddress kafka,
    ModelDirectory models,
    String nonfinite,
    JobTuning tuning,
    Optional<Lineage> lineage) {

  /** The topics that the job reads and writes. */
  public Topics topics() {
    return Topics.of(kafka);
  }

  /** The job that trains on a source of text. */
  public TrainingJob trainingOn(Source<TextRecord, ?, ?> text) {
    Topics topics = topics();
    TrainingConfig config = model.trainingConfig(tokenizer.size(), steps);
    return new TrainingJob(
        config,
        tokenizer,
        initial.map(InitialModel::weights),
        tuning
            .options()
            .at(model.device(), nonfinite)
            .withEngineThreads(model.engineThreads())
            .withLineage(lineage.orElse(null)),
        new Endpoints(
            text,
            topics.metrics(),
            new ModelSink(models, config, tokenizer),
            topics.deadLetters(),
            tuning.options().scores() ? Optional.of(scoring(topics)) : Optional.empty(),
            tuning.serving().map(serving -> serving(topics, serving)),
            config.replication().isShared()
                ? Optional.of(
                    new ReplicaTopic(topics.replicasFrom(tuning.heardFrom()), topics.replicas()))
                : Optional.empty()));
  }

  private Scoring scoring(Topics topics) {
    return new Scoring(
        topics.scores(),
        tuning.options().alerts().map(from -> new Scoring.Alerts(from, topics.alerts())));
  }

  private static Serving serving(Topics topics, ServingTuning tuning) {
    return new Serving(
        topics.promptsFrom(tuning.start()),
        topics.predictions(),
        tuning.parallelism(),
        tuning.timeToLive(),
        tuning.limits(),
        tuning.pinned());
  }
}
