package io.flinklm.job;

import io.flinklm.job.kafka.KafkaText;
import io.flinklm.job.kafka.UnreadText;
import io.flinklm.job.record.DeadLetter;
import io.flinklm.job.record.TextRecord;
import io.flinklm.job.stream.ChunkStreams;
import io.flinklm.job.stream.TokenizeStreams;
import io.flinklm.job.train.StreamOptions;
import io.flinklm.job.wire.EventType;
import io.flinklm.job.wire.StreamEvent;
import io.flinklm.job.wire.StreamLine;
import io.flinklm.lane.Windows;
import io.flinklm.text.Tokenizer;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The way of streams' text to whoever trains: from its source through tokens to each stream's
 * chunks.
 *
 * @param tokens what is cut into chunks
 * @param chunks what is trained on
 */
record StreamFeed(
    SingleOutputStreamOperator<StreamLine> tokens, SingleOutputStreamOperator<StreamEvent> chunks) {
  private static final Duration WATERMARKS = Duration.ofMillis(10);

  /**
   * Puts it into an environment. Names are for people, uids for checkpoints: both stay.
   *
   * @param text where records come from
   * @param tellsPlaces whether it is told where each record lies
   */
  static StreamFeed addTo(
      StreamExecutionEnvironment environment,
      Source<TextRecord, ?, ?> text,
      Tokenizer tokenizer,
      Windows cut,
      StreamOptions options,
      boolean tellsPlaces) {
    Feed.configure(environment);
    UnreadText unread = new UnreadText();
    environment.configure(settings(options));
    SingleOutputStreamOperator<StreamLine> tokens =
        environment
            .fromSource(
                text instanceof KafkaText kafka ? kafka.byTurns(unread) : text,
                watermarks(text.getBoundedness(), options, unread),
                "text")
            .uid("text")
            .transform("tokenize", EventType.STREAM_LINE, new TokenizeStreams(tokenizer))
            .uid("tokenize-streams");
    SingleOutputStreamOperator<StreamEvent> chunks =
        tokens
            .keyBy(StreamLine::stream, Types.STRING)
            .transform(
                "chunk",
                EventType.STREAM_EVENT,
                new ChunkStreams(cut, options.timeToLive(), tellsPlaces))
            .uid("chunk-streams");
    return new StreamFeed(tokens, chunks);
  }

  private static Configuration settings(StreamOptions options) {
    Configuration settings =
        new Configuration()
            .set(StateBackendOptions.STATE_BACKEND, options.stateBackend())
            // A checkpoint of a million streams writes those that changed since the one before it.
            .set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true)
            .set(PipelineOptions.AUTO_WATERMARK_INTERVAL, WATERMARKS);
    // A new stream is looked for, and is nowhere; and hidden states do not become smaller.
    settings.setString("state.backend.rocksdb.use-bloom-filter", "true");
    settings.setString("state.backend.rocksdb.compression.per.level", "NO_COMPRESSION");
    return settings;
  }

  // Where text has an end, so has each partition: it is waited for, and arrival decides nothing.
  private static WatermarkStrategy<TextRecord> watermarks(
      Boundedness text, StreamOptions options, UnreadText unread) {
    Duration outOfOrderness = Duration.ofMillis(options.outOfOrderness());
    Duration idleAfter =
        text == Boundedness.BOUNDED ? null : Duration.ofMillis(options.idleAfter());
    return WatermarkStrategy.forGenerator(
        context ->
            new StreamWatermarks(
                outOfOrderness, idleAfter, context.getInputActivityClock(), unread));
  }

  /** Records that cannot be used. */
  DataStream<DeadLetter> deadLetters() {
    return tokens.getSideOutput(DeadLetter.TAG);
  }
}
