package io.flinklm.job;

import io.flinklm.job.kafka.KafkaText;
import io.flinklm.job.lane.ChunkOperator;
import io.flinklm.job.lane.LaneAlignment;
import io.flinklm.job.lane.Tokenize;
import io.flinklm.job.record.DeadLetter;
import io.flinklm.job.record.TextRecord;
import io.flinklm.job.wire.EventType;
import io.flinklm.job.wire.LaneEvent;
import io.flinklm.job.wire.LaneText;
import io.flinklm.lane.Windows;
import io.flinklm.text.Tokenizer;
import java.time.Duration;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The way of text to whoever trains: from its source through tokens to each lane's chunks.
 *
 * @param tokens what is cut into chunks
 * @param chunks what is trained on
 */
public record Feed(
    SingleOutputStreamOperator<LaneText> tokens, SingleOutputStreamOperator<LaneEvent> chunks) {
  private static final Duration WATERMARKS = Duration.ofMillis(50);

  /**
   * How text becomes chunks.
   *
   * @param tokenizer of the text
   * @param laneCount how many lanes
   * @param windows that text is cut into
   * @param laneTimeout how long a silent lane is waited for; empty for without end
   * @param tellsPlaces whether it is told where each record lies
   */
  public record Shape(
      Tokenizer tokenizer,
      int laneCount,
      Windows windows,
      Optional<Duration> laneTimeout,
      boolean tellsPlaces) {}

  /**
   * Puts it into an environment. Names are for people, uids for checkpoints: both stay.
   *
   * @param text where records come from
   */
  public static Feed addTo(
      StreamExecutionEnvironment environment, Source<TextRecord, ?, ?> text, Shape shape) {
    configure(environment);
    LaneAlignment alignment =
        new LaneAlignment(
            shape.tokenizer, shape.laneCount, shape.windows, shape.laneTimeout.orElse(null));
    SingleOutputStreamOperator<LaneText> tokens =
        environment
            .fromSource(
                text instanceof KafkaText kafka ? kafka.alignedBy(alignment) : text,
                watermarks(text, alignment),
                "text")
            .uid("text")
            .transform(
                "tokenize", EventType.LANE_TEXT, new Tokenize(shape.tokenizer, shape.laneCount))
            .uid("tokenize");
    SingleOutputStreamOperator<LaneEvent> chunks =
        tokens
            .keyBy(LaneText::lane)
            .transform(
                "chunk",
                EventType.LANE_EVENT,
                new ChunkOperator(shape.windows, shape.tellsPlaces, shape.tokenizer))
            .uid("chunk");
    return new Feed(tokens, chunks);
  }

  /** What the feed of lanes and that of streams ask of an environment. */
  static void configure(StreamExecutionEnvironment environment) {
    // Whatever has no serializer of its own would fall back to Kryo; better to fail here.
    environment.configure(
        new Configuration()
            .set(PipelineOptions.GENERIC_TYPES, false)
            // No operator changes what it was given or gave, so none needs a copy.
            .set(PipelineOptions.OBJECT_REUSE, true)
            .set(PipelineOptions.AUTO_WATERMARK_INTERVAL, WATERMARKS));
  }

  /** Records that cannot be used. */
  public DataStream<DeadLetter> deadLetters() {
    return tokens.getSideOutput(DeadLetter.TAG).union(chunks.getSideOutput(DeadLetter.TAG));
  }

  // Kafka's partitions can be held back; what else has an end is small, in tests.
  private static WatermarkStrategy<TextRecord> watermarks(
      Source<TextRecord, ?, ?> text, LaneAlignment alignment) {
    return text instanceof KafkaText || text.getBoundedness() == Boundedness.CONTINUOUS_UNBOUNDED
        ? alignment.watermarks()
        : WatermarkStrategy.noWatermarks();
  }
}
