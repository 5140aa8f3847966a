package io.flinklm.job;

import io.flinklm.predict.LoadedModel.Frame;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.Vocabulary;
import io.flinklm.train.Report;
import io.flinklm.train.TrainingConfig;
import java.time.Duration;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.OutputTag;

/**
 * The job: text is cut into tokens, tokens into each lane's chunks, the chunks of all lanes train
 * one model, and that model answers prompts.
 *
 * @param config of the training run
 * @param vocabulary of the text
 * @param initial weights to start from; empty for those that the seed gives
 * @param options of the job
 * @param endpoints its sources and sinks
 */
public record TrainingJob(
    TrainingConfig config,
    Vocabulary vocabulary,
    Optional<TrainedModel> initial,
    JobOptions options,
    Endpoints endpoints) {

  private static final Duration WATERMARKS = Duration.ofMillis(50);

  // A prompt is sent on when it comes, and not with those that may follow.
  private static final long AT_ONCE = 0;

  static final OutputTag<DeadLetter> DEAD_LETTERS =
      new OutputTag<>("dead letters", TypeInformation.of(DeadLetter.class));
  static final OutputTag<TrainedModel> MODELS =
      new OutputTag<>("models", TypeInformation.of(TrainedModel.class));
  static final OutputTag<TrainedModel> WEIGHTS =
      new OutputTag<>("weights", TypeInformation.of(TrainedModel.class));

  static final OutputTag<RecordPlace> PLACES =
      new OutputTag<>("places", TypeInformation.of(RecordPlace.class));
  static final OutputTag<ChunkSurprisals> SURPRISALS =
      new OutputTag<>("surprisals", TypeInformation.of(ChunkSurprisals.class));

  /**
   * Puts the topology into an environment. Names are for people, uids for checkpoints: both stay.
   */
  public void addTo(StreamExecutionEnvironment environment) {
    // Whatever has no serializer of its own would fall back to Kryo; better to fail here.
    environment.configure(
        new Configuration()
            .set(PipelineOptions.GENERIC_TYPES, false)
            .set(PipelineOptions.AUTO_WATERMARK_INTERVAL, WATERMARKS));

    Tokenizer tokenizer = new Tokenizer(vocabulary);
    SingleOutputStreamOperator<LaneText> tokens =
        environment
            .fromSource(endpoints.text(), alignment(), "text")
            .uid("text")
            .transform(
                "tokenize",
                TypeInformation.of(LaneText.class),
                new Tokenize(tokenizer, config.lanes()))
            .uid("tokenize");

    SingleOutputStreamOperator<LaneEvent> chunks =
        tokens
            .keyBy(LaneText::lane)
            .transform(
                "chunk",
                TypeInformation.of(LaneEvent.class),
                new ChunkOperator(config.bptt(), config.contiguous(), scores()))
            .uid("chunk");

    // There is one model, so there is one trainer.
    SingleOutputStreamOperator<Report> reports =
        chunks
            .keyBy(LaneEvent::lane)
            .transform(
                "train",
                TypeInformation.of(Report.class),
                new TrainOperator(
                    config,
                    vocabulary.fingerprint(),
                    initial.orElse(null),
                    options.withScores(scores()),
                    new NonfiniteDirectory(options.nonfinite(), tokenizer)))
            .uid("train")
            .setParallelism(1);

    reports.sinkTo(endpoints.metrics()).name("metrics").uid("metrics").setParallelism(1);
    reports
        .getSideOutput(MODELS)
        .sinkTo(endpoints.models())
        .name("models")
        .uid("models")
        .setParallelism(1);
    endpoints.scores().ifPresent(sink -> score(chunks, reports, sink));
    DataStream<DeadLetter> ofText =
        tokens.getSideOutput(DEAD_LETTERS).union(chunks.getSideOutput(DEAD_LETTERS));
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
    return endpoints.scores().isPresent();
  }

  /** Says of each record how little it was expected. */
  private void score(
      SingleOutputStreamOperator<LaneEvent> chunks,
      SingleOutputStreamOperator<Report> reports,
      Sink<Score> sink) {
    chunks
        .getSideOutput(PLACES)
        .keyBy(RecordPlace::lane)
        .connect(reports.getSideOutput(SURPRISALS).keyBy(ChunkSurprisals::lane))
        .transform("score", TypeInformation.of(Score.class), new ScoreOperator(vocabulary))
        .uid("score")
        .sinkTo(sink)
        .name("scores")
        .uid("scores")
        .setParallelism(1);
  }

  /** Answers prompts, and gives those that are dead letters. */
  private DataStream<DeadLetter> predict(
      StreamExecutionEnvironment environment,
      Serving serving,
      SingleOutputStreamOperator<Report> reports) {
    Frame trained = new Frame(config.net(), config.bptt(), vocabulary);
    PredictOperator predict =
        new PredictOperator(
            serving.pinned().map(PinnedModel::frame).orElse(trained),
            serving.pinned().map(PinnedModel::weights).orElse(null),
            options.device(),
            serving.timeToLive());
    SingleOutputStreamOperator<SessionPrediction> predictions =
        environment
            .fromSource(serving.prompts(), WatermarkStrategy.noWatermarks(), "prompts")
            .uid("prompts")
            .setParallelism(serving.parallelism())
            .setBufferTimeout(AT_ONCE)
            .keyBy(PromptRecord::session)
            .connect(reports.getSideOutput(WEIGHTS).broadcast())
            .transform("predict", TypeInformation.of(SessionPrediction.class), predict)
            .uid("predict")
            .setParallelism(serving.parallelism())
            .setBufferTimeout(AT_ONCE);
    predictions
        .sinkTo(serving.predictions())
        .name("predictions")
        .uid("predictions")
        .setParallelism(serving.parallelism());
    return predictions.getSideOutput(DEAD_LETTERS);
  }

  // Text with an end has no silent lanes: all of it is there, or comes from us in fair order. And
  // the connector fails where it is told to pause a partition that has just ended.
  private WatermarkStrategy<TextRecord> alignment() {
    return endpoints.text().getBoundedness() == Boundedness.BOUNDED
        ? WatermarkStrategy.noWatermarks()
        : LaneAlignment.of(config.lanes(), Optional.ofNullable(options.laneTimeout()));
  }
}
