package io.flinklm.job.train;

import io.flinklm.engine.DeviceChoice;
import io.flinklm.job.record.TextRecord;
import io.flinklm.job.stream.ChunkStreams;
import io.flinklm.job.stream.StreamsText;
import io.flinklm.job.stream.TokenizeStreams;
import io.flinklm.job.wire.ChunkSurprisals;
import io.flinklm.job.wire.EventType;
import io.flinklm.job.wire.StreamEvent;
import io.flinklm.job.wire.StreamLine;
import io.flinklm.job.wire.TurnEvent;
import io.flinklm.train.Report;
import io.flinklm.train.TrainingConfig;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;

/** The operators of replicas on streams one behind the other, from records to reports. */
final class StreamReplicaPipeline implements AutoCloseable {
  private static final int KEY_GROUPS = 128;

  private final OneInputStreamOperatorTestHarness<TextRecord, StreamLine> tokenize;
  private final KeyedOneInputStreamOperatorTestHarness<String, StreamLine, StreamEvent> chunk;
  private final TwoInputStreamOperatorTestHarness<StreamEvent, Long, TurnEvent> batch;
  private final ReplicaSubtasks<TurnEvent> replicas;
  private int heard;

  /** What a checkpoint holds. */
  record State(
      OperatorSubtaskState tokenize,
      OperatorSubtaskState chunk,
      OperatorSubtaskState batch,
      ReplicaSubtasks.Checkpoint replicas) {}

  /** From the start, or from a checkpoint if there is one. */
  StreamReplicaPipeline(
      StreamsText text,
      TrainingConfig config,
      ReplicaSubtasks<TurnEvent> replicas,
      int parallelism,
      State state)
      throws Exception {
    StreamOptions options = text.options();
    tokenize = new OneInputStreamOperatorTestHarness<>(new TokenizeStreams(StreamsText.TOKENIZER));
    chunk =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new ChunkStreams(config.windows(), options.timeToLive(), true),
            StreamLine::stream,
            Types.STRING,
            KEY_GROUPS,
            1,
            0);
    batch =
        new TwoInputStreamOperatorTestHarness<>(
            new StreamBatchOperator(config, options, Duration.ofMinutes(1)));
    this.replicas = replicas;
    prepare(tokenize, EventType.STREAM_LINE, state == null ? null : state.tokenize());
    prepare(chunk, EventType.STREAM_EVENT, state == null ? null : state.chunk());
    prepare(batch, EventType.TURN_EVENT, state == null ? null : state.batch());
    replicas.start(parallelism, state == null ? null : state.replicas());
  }

  /** The subtasks of a training on streams. */
  static ReplicaSubtasks<TurnEvent> subtasks(TrainingConfig config, boolean rocksDb, long seed) {
    return new ReplicaSubtasks<>(
        config,
        StreamsText.TOKENIZER,
        JobOptions.of(DeviceChoice.CPU, "nonfinite").withScores(true).withTestsOfAll(true),
        ReplicaSubtasks.Text.ofStreams(config),
        rocksDb,
        seed);
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
    batch.endInput1();
    flow();
    replicas.hearAll();
  }

  State checkpoint() throws Exception {
    tokenize.prepareSnapshotPreBarrier(1);
    flow();
    ReplicaSubtasks.Checkpoint of = replicas.checkpoint();
    return new State(tokenize.snapshot(1, 1), chunk.snapshot(1, 1), batch.snapshot(1, 1), of);
  }

  @SuppressWarnings("unchecked")
  private void flow() throws Exception {
    for (Object next = tokenize.getOutput().poll();
        next != null;
        next = tokenize.getOutput().poll()) {
      if (next instanceof Watermark mark) {
        chunk.processWatermark(mark);
      } else {
        chunk.processElement((StreamRecord<StreamLine>) next);
      }
    }
    for (Object next = chunk.getOutput().poll(); next != null; next = chunk.getOutput().poll()) {
      if (next instanceof Watermark mark) {
        batch.processWatermark1(mark);
      } else {
        batch.processElement1((StreamRecord<StreamEvent>) next);
      }
    }
    Queue<Object> turns = batch.getOutput();
    for (Object next = turns.poll(); next != null; next = turns.poll()) {
      replicas.feed(((StreamRecord<TurnEvent>) next).getValue());
    }
    List<Long> past = replicas.past();
    for (; heard < past.size(); heard++) {
      batch.processElement2(new StreamRecord<>(past.get(heard)));
    }
  }

  /** The reports since the last start, without times. */
  List<Report> reports() {
    return replicas.reports();
  }

  /** How little each token was expected, since the last start. */
  List<ChunkSurprisals> surprisals() {
    return replicas.surprisals();
  }

  @Override
  public void close() throws Exception {
    tokenize.close();
    chunk.close();
    batch.close();
  }
}
