package io.flinklm.job.stream;

import io.flinklm.engine.DeviceChoice;
import io.flinklm.job.record.DeadLetter;
import io.flinklm.job.record.TextRecord;
import io.flinklm.job.score.ScoreOperator;
import io.flinklm.job.train.JobOptions;
import io.flinklm.job.train.NonfiniteDirectory;
import io.flinklm.job.train.StreamOptions;
import io.flinklm.job.train.StreamTrainOperator;
import io.flinklm.job.wire.EventType;
import io.flinklm.job.wire.ScoreEvent;
import io.flinklm.job.wire.StreamEvent;
import io.flinklm.job.wire.StreamLine;
import io.flinklm.topics.Score;
import io.flinklm.train.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;

/**
 * The operators of streams one behind the other, from records to reports, without a cluster. What
 * one tells comes to the next at once, in order.
 */
final class StreamPipeline implements AutoCloseable {
  private static final int KEY_GROUPS = 128;

  private final OneInputStreamOperatorTestHarness<TextRecord, StreamLine> tokenize;
  private final KeyedOneInputStreamOperatorTestHarness<String, StreamLine, StreamEvent> chunk;
  private final KeyedOneInputStreamOperatorTestHarness<String, StreamEvent, Report> train;
  private final KeyedTwoInputStreamOperatorTestHarness<String, ScoreEvent, ScoreEvent, Score> score;

  /**
   * What a checkpoint holds.
   *
   * @param tokenize of the first operator
   * @param chunk of the second
   * @param train of the third
   * @param score of the one beside that
   */
  record State(
      OperatorSubtaskState tokenize,
      OperatorSubtaskState chunk,
      OperatorSubtaskState train,
      OperatorSubtaskState score) {}

  /** From the start, or from a checkpoint if there is one. */
  StreamPipeline(StreamsText text, boolean rocksDb, State state) throws Exception {
    StreamOptions options = text.options();
    tokenize = new OneInputStreamOperatorTestHarness<>(new TokenizeStreams(StreamsText.TOKENIZER));
    chunk =
        keyed(
            new ChunkStreams(text.config().windows(), options.timeToLive(), true),
            StreamLine::stream);
    train =
        keyed(
            new StreamTrainOperator(
                text.config(),
                StreamsText.TOKENIZER,
                null,
                JobOptions.of(DeviceChoice.CPU, "nonfinite").withScores(true),
                options,
                new NonfiniteDirectory("nonfinite", StreamsText.TOKENIZER)),
            StreamEvent::stream);
    KeySelector<ScoreEvent, String> stream = event -> event.owner().stream();
    score =
        new KeyedTwoInputStreamOperatorTestHarness<>(
            new ScoreOperator(StreamsText.TOKENIZER, Double.NaN),
            stream,
            stream,
            Types.STRING,
            KEY_GROUPS,
            1,
            0);
    chunk.setStateBackend(backend(rocksDb));
    train.setStateBackend(backend(rocksDb));
    score.setStateBackend(backend(rocksDb));
    prepare(tokenize, EventType.STREAM_LINE, state == null ? null : state.tokenize());
    prepare(chunk, EventType.STREAM_EVENT, state == null ? null : state.chunk());
    prepare(train, EventType.REPORT, state == null ? null : state.train());
    TypeInformation<Score> scores = TypeInformation.of(Score.class);
    prepare(score, scores, state == null ? null : state.score());
  }

  private static <I, O> KeyedOneInputStreamOperatorTestHarness<String, I, O> keyed(
      OneInputStreamOperator<I, O> operator, KeySelector<I, String> key) throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        operator, key, Types.STRING, KEY_GROUPS, 1, 0);
  }

  private static StateBackend backend(boolean rocksDb) {
    if (!rocksDb) {
      return new HashMapStateBackend();
    }
    EmbeddedRocksDBStateBackend backend = new EmbeddedRocksDBStateBackend();
    backend.getMemoryConfiguration().setUseManagedMemory(false);
    return backend;
  }

  private static <O> void prepare(
      AbstractStreamOperatorTestHarness<O> harness,
      TypeInformation<O> out,
      OperatorSubtaskState state)
      throws Exception {
    harness.setup(out.createSerializer(new SerializerConfigImpl()));
    if (state != null) {
      harness.initializeState(state);
    }
    harness.open();
  }

  void accept(TextRecord record, long time) throws Exception {
    tokenize.processElement(record, time);
    flow();
  }

  void pass(long time) throws Exception {
    tokenize.processWatermark(time);
    flow();
  }

  void end() throws Exception {
    pass(Long.MAX_VALUE);
    tokenize.endInput();
    flow();
    train.endInput();
    flow();
    score.endInput1();
    score.endInput2();
  }

  State checkpoint() throws Exception {
    tokenize.prepareSnapshotPreBarrier(1);
    flow();
    train.prepareSnapshotPreBarrier(1);
    flow();
    return new State(
        tokenize.snapshot(1, 1), chunk.snapshot(1, 1), train.snapshot(1, 1), score.snapshot(1, 1));
  }

  private void flow() throws Exception {
    drain(tokenize.getOutput(), chunk);
    drain(chunk.getOutput(), train);
    // What the training tells first comes first: either may be ahead.
    for (StreamRecord<ScoreEvent> of : told(train.getSideOutput(ScoreEvent.SURPRISALS))) {
      score.processElement2(of);
    }
    for (StreamRecord<ScoreEvent> of : told(chunk.getSideOutput(ScoreEvent.PLACES))) {
      score.processElement1(of);
    }
  }

  private static List<StreamRecord<ScoreEvent>> told(Queue<StreamRecord<ScoreEvent>> events) {
    List<StreamRecord<ScoreEvent>> told = events == null ? List.of() : List.copyOf(events);
    if (events != null) {
      events.clear();
    }
    return told;
  }

  @SuppressWarnings("unchecked")
  private static <I> void drain(Queue<Object> from, OneInputStreamOperatorTestHarness<I, ?> into)
      throws Exception {
    for (Object element = from.poll(); element != null; element = from.poll()) {
      if (element instanceof Watermark mark) {
        into.processWatermark(mark);
      } else {
        into.processElement((StreamRecord<I>) element);
      }
    }
  }

  /** The reports so far, without times. */
  List<Report> reports() {
    List<Report> reports = new ArrayList<>();
    train.extractOutputValues().forEach(report -> reports.add(report.withoutTime()));
    return reports;
  }

  /** The scores so far. */
  List<Score> scores() {
    return score.extractOutputValues();
  }

  /** Streams of which records or surprisals are kept, or what is usual. */
  int scored() {
    return score.numKeyedStateEntries();
  }

  List<DeadLetter> deadLetters() {
    var letters = tokenize.getSideOutput(DeadLetter.TAG);
    return letters == null ? List.of() : letters.stream().map(StreamRecord::getValue).toList();
  }

  /** Streams of which a cursor is kept. */
  int cursors() {
    return chunk.numKeyedStateEntries();
  }

  /** Streams of which a hidden state is kept. */
  int hiddenStates() throws Exception {
    // They are written behind the training's back; before a checkpoint all are there.
    train.snapshot(Long.MAX_VALUE, 0);
    return train.numKeyedStateEntries();
  }

  /** A counter of the operator that cuts chunks. */
  long counted(String name) {
    return ((ChunkStreams) chunk.getOperator()).counted(name);
  }

  @Override
  public void close() throws Exception {
    tokenize.close();
    chunk.close();
    train.close();
    score.close();
  }
}
