package io.flinklm.job.train;

import io.flinklm.job.SmallText;
import io.flinklm.job.models.Lineage;
import io.flinklm.job.models.TrainedModel;
import io.flinklm.job.wire.ChunkSurprisals;
import io.flinklm.job.wire.EventType;
import io.flinklm.job.wire.LaneEvent;
import io.flinklm.job.wire.ReplicaEvent;
import io.flinklm.job.wire.ReplicaMessage;
import io.flinklm.job.wire.ReplicaPiece;
import io.flinklm.job.wire.ScoreEvent;
import io.flinklm.job.wire.TurnEvent;
import io.flinklm.text.Tokenizer;
import io.flinklm.train.Replication;
import io.flinklm.train.Report;
import io.flinklm.train.TrainingConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;

/**
 * The subtasks that train replicas, the one that reports of them and the gate between them, as
 * Flink runs them, with the topic before the gate and a channel behind it that each reads at its
 * own pace. A barrier lies at one place of each for all.
 *
 * @param <E> what comes of text
 */
final class ReplicaSubtasks<E> implements AutoCloseable {
  private static final TypeSerializer<ReplicaMessage> MESSAGES =
      EventType.REPLICA_MESSAGE.createSerializer(new SerializerConfigImpl());

  private final Setup setup;
  private final Text<E> text;
  private final boolean rocksDb;
  private final Random random;
  private final int replicas;
  private final List<Report> reports = new ArrayList<>();
  private final List<TrainedModel> models = new ArrayList<>();
  private final List<Training<E>> training = new ArrayList<>();
  private final List<byte[]> topic = new ArrayList<>();
  private final List<byte[]> log = new ArrayList<>();
  private OneInputStreamOperatorTestHarness<byte[], ReplicaMessage> gate;
  private int read;
  private Reporting reporting;
  private int attempts;

  /**
   * What is of lanes or of streams.
   *
   * @param operator that trains
   * @param key of the replica that an event is for
   * @param replica that an event is for
   */
  record Text<E>(
      Function<Setup, ReplicaOperator<E, ?>> operator,
      KeySelector<E, Integer> key,
      ToIntFunction<E> replica) {

    static Text<LaneEvent> ofLanes(TrainingConfig config) {
      Replication replication = config.replication();
      return new Text<>(
          setup -> new ReplicaTrainOperator(setup, Lineage.NONE),
          new ReplicaKeys(replication.count()).ofLanes(replication),
          event -> ReplicaKeys.replica(event.lane(), replication));
    }

    static Text<TurnEvent> ofStreams(TrainingConfig config) {
      return new Text<>(
          setup -> new StreamReplicaTrainOperator(setup, Lineage.NONE),
          new ReplicaKeys(config.replication().count()).ofTurns(),
          TurnEvent::replica);
    }
  }

  /** The states of all subtasks at a barrier, and how far the topic was read. */
  record Checkpoint(
      List<OperatorSubtaskState> training, OperatorSubtaskState reporting, int read) {}

  private static final class Training<E>
      extends KeyedTwoInputStreamOperatorTestHarness<Integer, E, ReplicaMessage, ReplicaEvent> {
    private int heard;
    private int told;
    private int sent;

    Training(Setup setup, Text<E> text, int replicas, int parallelism, int index) throws Exception {
      super(text.operator.apply(setup), text.key, null, Types.INT, replicas, parallelism, index);
      setup(EventType.REPLICA_EVENT.createSerializer(new SerializerConfigImpl()));
    }
  }

  private static final class Reporting
      extends OneInputStreamOperatorTestHarness<ReplicaEvent, Report> {
    Reporting(OneInputStreamOperator<ReplicaEvent, Report> operator) throws Exception {
      super(operator);
      setup(EventType.REPORT.createSerializer(new SerializerConfigImpl()));
    }
  }

  /** Those of lanes. */
  static ReplicaSubtasks<LaneEvent> ofLanes(TrainingConfig config, JobOptions options, long seed) {
    return new ReplicaSubtasks<>(
        config, SmallText.VOCABULARY, options, Text.ofLanes(config), false, seed);
  }

  ReplicaSubtasks(
      TrainingConfig config,
      Tokenizer tokenizer,
      JobOptions options,
      Text<E> text,
      boolean rocksDb,
      long seed) {
    this.setup =
        new Setup(
            config,
            tokenizer,
            null,
            options,
            new NonfiniteDirectory("target/nonfinite", tokenizer));
    this.text = text;
    this.rocksDb = rocksDb;
    this.replicas = config.replication().count();
    this.random = new Random(seed);
  }

  /** Starts the job, from a checkpoint or, with null, from the beginning. */
  void start(int parallelism, Checkpoint from) throws Exception {
    close();
    log.clear();
    training.clear();
    attempts++;
    // What was told since the checkpoint is read again, and counts no more.
    read = from == null ? topic.size() : from.read;
    gate = new OneInputStreamOperatorTestHarness<>(new ReplicaGate(setup.config()));
    gate.setup(MESSAGES);
    gate.open();
    gate.setProcessingTime(attempts);
    reporting = new Reporting(new ReplicaReportOperator(setup, Lineage.NONE));
    if (from != null) {
      reporting.initializeState(from.reporting);
    }
    reporting.open();
    for (int index = 0; index < parallelism; index++) {
      Training<E> subtask = new Training<>(setup, text, replicas, parallelism, index);
      subtask.setStateBackend(rocksDb ? rocksDb() : new HashMapStateBackend());
      if (from != null) {
        OperatorSubtaskState all =
            AbstractStreamOperatorTestHarness.repackageState(
                from.training.toArray(OperatorSubtaskState[]::new));
        subtask.initializeState(
            AbstractStreamOperatorTestHarness.repartitionOperatorState(
                all, replicas, from.training.size(), parallelism, index));
      }
      subtask.open();
      training.add(subtask);
    }
    log();
    hearAll();
  }

  /** Hands a subtask its next event; what was told comes to whoever when it comes. */
  void feed(E event) throws Exception {
    subtaskOf(text.replica.applyAsInt(event)).processElement1(new StreamRecord<>(event, 0));
    collect();
    if (random.nextInt(3) == 0) {
      readTopic(read + random.nextInt(topic.size() - read + 1));
    }
    for (Training<E> subtask : training) {
      if (random.nextInt(3) == 0) {
        hear(subtask, log.size());
      }
    }
  }

  /** Lets time pass, and whatever is told in it come to all. */
  void setProcessingTime(long millis) throws Exception {
    for (Training<E> subtask : training) {
      subtask.setProcessingTime(millis);
    }
    collect();
    hearAll();
  }

  /** Lets all that was told come to all. */
  void hearAll() throws Exception {
    while (read < topic.size() || training.stream().anyMatch(of -> of.heard < log.size())) {
      readTopic(topic.size());
      hear(training.get(random.nextInt(training.size())), log.size());
    }
  }

  /** Damages what the gate reads next; says whether there was anything. */
  boolean damageNext() {
    if (read == topic.size()) {
      return false;
    }
    topic.get(read)[20]++;
    return true;
  }

  private void readTopic(int end) throws Exception {
    while (read < end) {
      gate.processElement(topic.get(read++), 0);
      log();
    }
  }

  // At once: a piece of a mean is good only until the gate reads on.
  private void log() throws IOException {
    for (Object next = gate.getOutput().poll(); next != null; next = gate.getOutput().poll()) {
      DataOutputSerializer out = new DataOutputSerializer(64);
      MESSAGES.serialize((ReplicaMessage) ((StreamRecord<?>) next).getValue(), out);
      log.add(out.getCopyOfBuffer());
    }
  }

  private Training<E> subtaskOf(int replica) {
    for (int index = 0; index < training.size(); index++) {
      if (new ReplicaKeys(replicas).here(index, training.size()).contains(replica)) {
        return training.get(index);
      }
    }
    throw new AssertionError("nobody trains replica " + replica);
  }

  private void hear(Training<E> subtask, int end) throws Exception {
    while (subtask.heard < end) {
      ReplicaMessage message =
          MESSAGES.deserialize(new DataInputDeserializer(log.get(subtask.heard++)));
      subtask.processElement2(new StreamRecord<>(message));
    }
    collect();
  }

  private void collect() throws Exception {
    for (Training<E> subtask : training) {
      var told = subtask.getSideOutput(ReplicaTrainOperator.TOLD);
      List<StreamRecord<ReplicaPiece>> all = told == null ? List.of() : List.copyOf(told);
      for (; subtask.told < all.size(); subtask.told++) {
        topic.add(all.get(subtask.told).getValue().toBytes());
      }
      List<ReplicaEvent> events = subtask.extractOutputValues();
      for (; subtask.sent < events.size(); subtask.sent++) {
        reporting.processElement(events.get(subtask.sent), 0);
      }
    }
  }

  /** What the gate has told whoever makes batches, since the last start. */
  List<Long> past() {
    var told = gate.getSideOutput(ReplicaGate.PAST);
    return told == null ? List.of() : told.stream().map(StreamRecord::getValue).toList();
  }

  private static StateBackend rocksDb() {
    EmbeddedRocksDBStateBackend backend = new EmbeddedRocksDBStateBackend();
    backend.getMemoryConfiguration().setUseManagedMemory(false);
    return backend;
  }

  /** Takes a checkpoint, for which all have heard the same. */
  Checkpoint checkpoint() throws Exception {
    gate.getOperator().prepareSnapshotPreBarrier(attempts);
    log();
    int barrier = log.size();
    for (Training<E> subtask : training) {
      hear(subtask, barrier);
    }
    List<OperatorSubtaskState> states = new ArrayList<>();
    for (Training<E> subtask : training) {
      states.add(subtask.snapshot(attempts, 0));
    }
    reporting.getOperator().prepareSnapshotPreBarrier(attempts);
    return new Checkpoint(states, reporting.snapshot(attempts, 0), read);
  }

  /** Ends the text and lets all come to the end. */
  void end() throws Exception {
    for (Training<E> subtask : training) {
      subtask.endInput1();
    }
    collect();
    hearAll();
  }

  /** The steps behind which means were told to the books since the last start. */
  List<Long> averages() {
    return training.stream()
        .flatMap(subtask -> subtask.extractOutputValues().stream())
        .filter(ReplicaEvent.Averaged.class::isInstance)
        .map(event -> ((ReplicaEvent.Averaged) event).step())
        .toList();
  }

  /** How little each token was expected, since the last start. */
  List<ChunkSurprisals> surprisals() {
    List<ChunkSurprisals> surprisals = new ArrayList<>();
    for (Training<E> subtask : training) {
      var told = subtask.getSideOutput(ScoreEvent.SURPRISALS);
      if (told != null) {
        for (StreamRecord<ScoreEvent> event : told) {
          if (event.getValue() instanceof ChunkSurprisals of) {
            surprisals.add(of);
          }
        }
      }
    }
    return surprisals;
  }

  /** What was reported since the last start, without times. */
  List<Report> reports() {
    reports.clear();
    reporting.extractOutputValues().forEach(report -> reports.add(report.withoutTime()));
    return reports;
  }

  /** The models that left since the last start. */
  List<TrainedModel> models() {
    models.clear();
    var all = reporting.getSideOutput(TrainedModel.TAG);
    if (all != null) {
      all.forEach(model -> models.add(model.getValue()));
    }
    return models;
  }

  @Override
  public void close() throws Exception {
    for (Training<E> subtask : training) {
      subtask.close();
    }
    if (reporting != null) {
      reporting.close();
    }
    if (gate != null) {
      gate.close();
    }
  }
}
