package io.flinklm.cli.chaos;

import io.flinklm.local.flink.Cluster;
import io.flinklm.local.flink.FlinkRest;
import io.flinklm.local.flink.RunningJob;
import io.flinklm.local.process.ClassPath;
import io.flinklm.local.process.FlinkProcesses;
import io.flinklm.local.process.KafkaProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A Kafka and a Flink of real processes on this machine, made to be killed: a broker, a JobManager,
 * two TaskManagers.
 *
 * @param kafka the broker
 * @param flink JobManager and TaskManagers
 * @param cluster the same Flink, for jobs
 */
public record ChaosCluster(KafkaProcess kafka, FlinkProcesses flink, Cluster cluster)
    implements AutoCloseable {
  private static final int TASK_MANAGERS = 2;

  /** Subtasks of an operator for which there is room. */
  static final int SLOTS = TASK_MANAGERS * FlinkProcesses.SLOTS;

  // A dead TaskManager answers no heartbeat; two in a row that cannot even be delivered are enough.
  static final Map<String, String> HEARTBEAT =
      Map.of(
          "heartbeat.interval", "500 ms",
          "heartbeat.timeout", "5 s",
          "heartbeat.rpc-failure-threshold", "2");

  /** Starts all processes and returns once Kafka answers. */
  public static ChaosCluster start(
      ClassPath classPath, Path directory, Path checkpoints, Duration interval) throws Exception {
    FlinkProcesses flink =
        FlinkProcesses.start(
            directory.resolve("processes"), classPath.cluster(), TASK_MANAGERS, HEARTBEAT);
    try {
      Cluster cluster = Cluster.of(flink, classPath.job(), checkpoints, interval);
      return new ChaosCluster(KafkaProcess.start(classPath, directory), flink, cluster);
    } catch (Exception | Error e) {
      flink.close();
      throw e;
    }
  }

  /** The ids of the TaskManagers that train a job, one for each subtask that does. */
  public List<String> taskManagersOf(RunningJob job) throws Exception {
    try (FlinkRest rest = new FlinkRest(cluster.dashboard())) {
      return rest.taskManagersOf(job.id(), "train");
    }
  }

  @Override
  public void close() throws Exception {
    try (kafka;
        cluster) {
      // Both, whichever fails to.
    }
  }
}
