package io.flinklm.job;

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
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.OutputTag;

/**
 * The job: text is cut into tokens, tokens into each lane's chunks, the chunks of all lanes train
 * one model. Sources and sinks are handed in, so that it runs with and without Kafka.
 *
 * @param config of the training run
 * @param vocabulary of the text
 * @param initial weights to start from; empty for those that the seed gives
 * @param device {@code auto}, {@code cpu} or {@code gpu}
 * @param nonfinite directory where steps are kept that gave NaN or infinity
 * @param laneTimeout how long a silent lane is waited for; empty for without end
 * @param text where records of text come from
 * @param metrics where reports go
 * @param models where trained weights go
 * @param deadLetters where records go that cannot be used
 */
public record TrainingJob(
    TrainingConfig config,
    Vocabulary vocabulary,
    Optional<TrainedModel> initial,
    String device,
    String nonfinite,
    Optional<Duration> laneTimeout,
    Source<TextRecord, ?, ?> text,
    Sink<Report> metrics,
    Sink<TrainedModel> models,
    Sink<DeadLetter> deadLetters) {

  private static final Duration WATERMARKS = Duration.ofMillis(50);

  static final OutputTag<DeadLetter> DEAD_LETTERS =
      new OutputTag<>("dead letters", TypeInformation.of(DeadLetter.class));
  static final OutputTag<TrainedModel> MODELS =
      new OutputTag<>("models", TypeInformation.of(TrainedModel.class));

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
            .fromSource(text, alignment(), "text")
            .uid("text")
            .process(new Tokenize(tokenizer, config.lanes()))
            .name("tokenize")
            .uid("tokenize");

    SingleOutputStreamOperator<LaneEvent> chunks =
        tokens
            .keyBy(LaneText::lane)
            .transform(
                "chunk",
                TypeInformation.of(LaneEvent.class),
                new ChunkOperator(config.bptt(), config.contiguous()))
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
                    device,
                    new NonfiniteDirectory(nonfinite, tokenizer),
                    laneTimeout.orElse(null)))
            .uid("train")
            .setParallelism(1);

    reports.sinkTo(metrics).name("metrics").uid("metrics").setParallelism(1);
    reports.getSideOutput(MODELS).sinkTo(models).name("models").uid("models").setParallelism(1);
    tokens
        .getSideOutput(DEAD_LETTERS)
        .union(chunks.getSideOutput(DEAD_LETTERS))
        .sinkTo(deadLetters)
        .name("dead letters")
        .uid("dead-letters")
        .setParallelism(1);
  }

  // Text with an end has no silent lanes: all of it is there, or comes from us in fair order. And
  // the connector fails where it is told to pause a partition that has just ended.
  private WatermarkStrategy<TextRecord> alignment() {
    return text.getBoundedness() == Boundedness.BOUNDED
        ? WatermarkStrategy.noWatermarks()
        : LaneAlignment.of(config.lanes(), laneTimeout);
  }
}
