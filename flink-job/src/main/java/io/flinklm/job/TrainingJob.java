package io.flinklm.job;

import io.flinklm.job.models.Lineage;
import io.flinklm.job.models.PinnedModel;
import io.flinklm.job.models.PublishedWeights;
import io.flinklm.job.models.TrainedModel;
import io.flinklm.job.predict.PredictOperator;
import io.flinklm.job.predict.SessionPrediction;
import io.flinklm.job.record.DeadLetter;
import io.flinklm.job.record.PromptRecord;
import io.flinklm.job.score.ScoreOperator;
import io.flinklm.job.train.JobOptions;
import io.flinklm.job.train.NonfiniteDirectory;
import io.flinklm.job.train.Setup;
import io.flinklm.job.train.StreamOptions;
import io.flinklm.job.train.StreamTrainOperator;
import io.flinklm.job.train.TrainOperator;
import io.flinklm.job.wire.EventType;
import io.flinklm.job.wire.LaneEvent;
import io.flinklm.job.wire.ReplicaEvent;
import io.flinklm.job.wire.ScoreEvent;
import io.flinklm.job.wire.StreamEvent;
import io.flinklm.predict.LoadedModel.Frame;
import io.flinklm.text.Tokenizer;
import io.flinklm.topics.Score;
import io.flinklm.train.Report;
import io.flinklm.train.TrainingConfig;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The job: text is cut into tokens, tokens into the chunks of each lane or stream, the chunks of
 * all train one model, and that model answers prompts.
 *
 * @param config of the training run
 * @param tokenizer of the text
 * @param initial weights to start from; empty for those that the seed gives
 * @param options of the job
 * @param endpoints its sources and sinks
 */
public record TrainingJob(
    TrainingConfig config,
    Tokenizer tokenizer,
    Optional<TrainedModel> initial,
    JobOptions options,
    Endpoints endpoints) {

  // A prompt is sent on when it comes, and not with those that may follow.
  private static final long AT_ONCE = 0;

  /**
   * Puts the topology into an environment. Names are for people, uids for checkpoints: both stay.
   */
  public void addTo(StreamExecutionEnvironment environment) {
    if (options.streams().isPresent()) {
      addStreamsTo(environment, options.streams().get());
    } else {
      addLanesTo(environment);
    }
  }

  private void addLanesTo(StreamExecutionEnvironment environment) {
    Feed feed =
        Feed.addTo(
            environment,
            endpoints.text(),
            new Feed.Shape(
                tokenizer, config.laneCount(), config.windows(), options.laneTimeout(), scores()));

    SingleOutputStreamOperator<Report> reports;
    DataStream<ScoreEvent> surprisals;
    if (config.replication().isShared()) {
      ReplicatedTraining replicas = replicated();
      SingleOutputStreamOperator<ReplicaEvent> told = replicas.addTo(environment, feed);
      surprisals = told.getSideOutput(ScoreEvent.SURPRISALS);
      reports = replicas.reports(told);
    } else {
      // There is one model, so there is one trainer.
      reports =
          feed.chunks()
              .keyBy(LaneEvent::lane)
              .transform(
                  "train",
                  EventType.REPORT,
                  new TrainOperator(
                      config,
                      tokenizer,
                      initial.orElse(null),
                      options.withScores(scores()),
                      new NonfiniteDirectory(options.nonfinite(), tokenizer)))
              .uid("train")
              .setParallelism(1);
      surprisals = reports.getSideOutput(ScoreEvent.SURPRISALS);
    }
    endpoints
        .scoring()
        .ifPresent(
            to ->
                addScores(
                    feed.chunks()
                        .getSideOutput(ScoreEvent.PLACES)
                        .keyBy(event -> event.owner().lane(), Types.INT),
                    surprisals.keyBy(event -> event.owner().lane(), Types.INT),
                    "score",
                    to));
    addOutputsTo(environment, reports, feed.deadLetters());
  }

  private ReplicatedTraining replicated() {
    return new ReplicatedTraining(
        setup(),
        options,
        endpoints.replicas().orElseThrow(),
        options.lineage().orElseGet(Lineage::draw));
  }

  private Setup setup() {
    return new Setup(
        config,
        tokenizer,
        initial.orElse(null),
        options.withScores(scores()),
        new NonfiniteDirectory(options.nonfinite(), tokenizer));
  }

  private void addStreamsTo(StreamExecutionEnvironment environment, StreamOptions streams) {
    StreamFeed feed =
        StreamFeed.addTo(
            environment, endpoints.text(), tokenizer, config.windows(), streams, scores());
    SingleOutputStreamOperator<Report> reports;
    DataStream<ScoreEvent> surprisals;
    if (config.replication().isShared()) {
      ReplicatedTraining replicas = replicated();
      SingleOutputStreamOperator<ReplicaEvent> told = replicas.addTo(environment, feed, streams);
      surprisals = told.getSideOutput(ScoreEvent.SURPRISALS);
      reports = replicas.reports(told);
    } else {
      reports =
          feed.chunks()
              .keyBy(StreamEvent::stream, Types.STRING)
              .transform(
                  "train",
                  EventType.REPORT,
                  new StreamTrainOperator(
                      config,
                      tokenizer,
                      initial.orElse(null),
                      options.withScores(scores()),
                      streams,
                      new NonfiniteDirectory(options.nonfinite(), tokenizer)))
              .uid("train-streams")
              .setParallelism(1);
      surprisals = reports.getSideOutput(ScoreEvent.SURPRISALS);
    }
    endpoints
        .scoring()
        .ifPresent(
            to ->
                addScores(
                    feed.chunks()
                        .getSideOutput(ScoreEvent.PLACES)
                        .keyBy(event -> event.owner().stream(), Types.STRING),
                    surprisals.keyBy(event -> event.owner().stream(), Types.STRING),
                    "score-streams",
                    to));
    addOutputsTo(environment, reports, feed.deadLetters());
  }

  private void addOutputsTo(
      StreamExecutionEnvironment environment,
      SingleOutputStreamOperator<Report> reports,
      DataStream<DeadLetter> ofText) {
    // On the thread that trains: what a failure finds on its way to another would be lost, and the
    // last reports before one are those that a person wants to see.
    reports.sinkTo(endpoints.metrics()).name("metrics").uid("metrics").setParallelism(1);
    reports
        .getSideOutput(TrainedModel.TAG)
        .sinkTo(endpoints.models())
        .name("models")
        .uid("models")
        .setParallelism(1);
    endpoints
        .serving()
        .map(serving -> ofText.union(predict(environment, serving, reports)))
        .orElse(ofText)
        .sinkTo(endpoints.deadLetters())
        .name("dead letters")
        .uid("dead-letters")
        .setParallelism(1);
  }

  private boolean scores() {
    return endpoints.scoring().isPresent();
  }

  /** Says of each record how little it was expected, and apart of those that are unusual. */
  private <K> void addScores(
      KeyedStream<ScoreEvent, K> places,
      KeyedStream<ScoreEvent, K> surprisals,
      String uid,
      Scoring to) {
    double alertsFrom = to.alerts().map(Scoring.Alerts::deviations).orElse(Double.NaN);
    SingleOutputStreamOperator<Score> scores =
        places
            .connect(surprisals)
            .transform(
                "score", TypeInformation.of(Score.class), new ScoreOperator(tokenizer, alertsFrom))
            .uid(uid);
    scores.sinkTo(to.scores()).name("scores").uid("scores").setParallelism(1);
    to.alerts()
        .ifPresent(
            alerts ->
                scores
                    .getSideOutput(ScoreOperator.ALERTS)
                    .sinkTo(alerts.sink())
                    .name("alerts")
                    .uid("alerts")
                    .setParallelism(1));
  }

  /** Answers prompts, and gives those that are dead letters. */
  private DataStream<DeadLetter> predict(
      StreamExecutionEnvironment environment,
      Serving serving,
      SingleOutputStreamOperator<Report> reports) {
    Frame trained = new Frame(config.net(), config.cell(), config.bptt(), tokenizer);
    PredictOperator predict =
        new PredictOperator(
            serving.pinned().map(pinned -> pinned.frame().withCell(config.cell())).orElse(trained),
            serving.pinned().map(PinnedModel::weights).orElse(null),
            options.device(),
            serving.timeToLive(),
            serving.limits());
    SingleOutputStreamOperator<SessionPrediction> predictions =
        environment
            .fromSource(serving.prompts(), WatermarkStrategy.noWatermarks(), "prompts")
            .uid("prompts")
            .setParallelism(serving.parallelism())
            .setBufferTimeout(AT_ONCE)
            .keyBy(PromptRecord::session)
            .connect(reports.getSideOutput(PublishedWeights.TAG).broadcast())
            .transform("predict", TypeInformation.of(SessionPrediction.class), predict)
            .uid("predict")
            .setParallelism(serving.parallelism())
            .setBufferTimeout(AT_ONCE);
    predictions
        .sinkTo(serving.predictions())
        .name("predictions")
        .uid("predictions")
        .setParallelism(serving.parallelism());
    return predictions.getSideOutput(DeadLetter.TAG);
  }
}
