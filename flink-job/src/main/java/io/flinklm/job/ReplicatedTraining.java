package io.flinklm.job;

import io.flinklm.job.models.Lineage;
import io.flinklm.job.train.JobOptions;
import io.flinklm.job.train.ReplicaGate;
import io.flinklm.job.train.ReplicaKeys;
import io.flinklm.job.train.ReplicaReportOperator;
import io.flinklm.job.train.ReplicaTrainOperator;
import io.flinklm.job.train.Setup;
import io.flinklm.job.train.StreamBatchOperator;
import io.flinklm.job.train.StreamOptions;
import io.flinklm.job.train.StreamReplicaTrainOperator;
import io.flinklm.job.wire.EventType;
import io.flinklm.job.wire.ReplicaEvent;
import io.flinklm.job.wire.ReplicaMessage;
import io.flinklm.train.Report;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;

/**
 * The part of the job that trains several replicas, each of which hears what all of them tell.
 *
 * @param setup of each replica
 * @param options of the job
 * @param topic by which they hear each other
 * @param lineage of the training, where it begins
 */
record ReplicatedTraining(Setup setup, JobOptions options, ReplicaTopic topic, Lineage lineage) {

  // What is heard is sent on when it comes, and not with what may follow.
  private static final long AT_ONCE = 0;

  /** Replicas on their lanes. */
  SingleOutputStreamOperator<ReplicaEvent> addTo(
      StreamExecutionEnvironment environment, Feed feed) {
    return train(
        feed.chunks().keyBy(keys().ofLanes(setup.config().replication()), Types.INT),
        gate(environment),
        new ReplicaTrainOperator(setup, lineage),
        "train-replicas");
  }

  /** Replicas on streams: one operator makes the batches of all, and deals their rows. */
  SingleOutputStreamOperator<ReplicaEvent> addTo(
      StreamExecutionEnvironment environment, StreamFeed feed, StreamOptions streams) {
    SingleOutputStreamOperator<ReplicaMessage> gate = gate(environment);
    return train(
        feed.chunks()
            .connect(gate.getSideOutput(ReplicaGate.PAST))
            .transform(
                "batch",
                EventType.TURN_EVENT,
                new StreamBatchOperator(setup.config(), streams, options.stallWarning()))
            .uid("batch-streams")
            .setParallelism(1)
            .keyBy(keys().ofTurns(), Types.INT),
        gate,
        new StreamReplicaTrainOperator(setup, lineage),
        "train-stream-replicas");
  }

  private ReplicaKeys keys() {
    return new ReplicaKeys(count());
  }

  private int count() {
    return setup.config().replication().count();
  }

  private SingleOutputStreamOperator<ReplicaMessage> gate(StreamExecutionEnvironment environment) {
    // That what was heard before a barrier is the same for all replicas holds where barriers
    // are aligned.
    environment.getCheckpointConfig().enableUnalignedCheckpoints(false);
    return environment
        .fromSource(topic.heard(), WatermarkStrategy.noWatermarks(), "replicas")
        .uid("replicas")
        .setParallelism(1)
        .transform("gate", EventType.REPLICA_MESSAGE, new ReplicaGate(setup.config()))
        .uid("gate")
        .setParallelism(1)
        .setBufferTimeout(AT_ONCE);
  }

  private <E> SingleOutputStreamOperator<ReplicaEvent> train(
      KeyedStream<E, Integer> text,
      SingleOutputStreamOperator<ReplicaMessage> gate,
      TwoInputStreamOperator<E, ReplicaMessage, ReplicaEvent> operator,
      String uid) {
    SingleOutputStreamOperator<ReplicaEvent> replicas =
        text.connect(gate.broadcast())
            .transform("train", EventType.REPLICA_EVENT, operator)
            .uid(uid)
            .setMaxParallelism(count())
            .setParallelism(options.trainParallelism());
    replicas
        .getSideOutput(ReplicaTrainOperator.TOLD)
        .sinkTo(topic.told())
        .name("replicas")
        .uid("replicas-told")
        .setParallelism(options.trainParallelism());
    return replicas;
  }

  /** The books of all replicas. */
  SingleOutputStreamOperator<Report> reports(SingleOutputStreamOperator<ReplicaEvent> replicas) {
    return replicas
        .transform("report", EventType.REPORT, new ReplicaReportOperator(setup, lineage))
        .uid("report")
        // Or else its state would lie with that of the replicas where one subtask trains all,
        // and apart where several do; then no checkpoint of the one would fit the other.
        .startNewChain()
        .setParallelism(1);
  }
}
