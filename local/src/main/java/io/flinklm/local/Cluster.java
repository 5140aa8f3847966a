package io.flinklm.local;

import io.flinklm.UserMistake;
import java.net.BindException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.util.ExceptionUtils;

/** Flink in this process: its mini cluster, with the dashboard, for one job at parallelism 1. */
final class Cluster implements AutoCloseable {
  private static final String HOST = "localhost";
  private static final int ATTEMPTS = 3;
  private static final MemorySize NETWORK = MemorySize.ofMebiBytes(16);

  private final MiniCluster flink;
  private final Configuration configuration;

  private Cluster(MiniCluster flink, Configuration configuration) {
    this.flink = flink;
    this.configuration = configuration;
  }

  /**
   * Starts Flink and returns once it takes jobs.
   *
   * @param port of the dashboard, 0 for any free one
   * @param checkpoints directory of the checkpoints; they stay when a job is cancelled
   * @param interval between checkpoints
   * @throws UserMistake if the port is taken
   */
  static Cluster start(int port, Path checkpoints, Duration interval) throws Exception {
    Configuration configuration =
        new Configuration()
            .set(JobManagerOptions.BIND_HOST, HOST)
            .set(TaskManagerOptions.BIND_HOST, HOST)
            .set(RestOptions.ADDRESS, HOST)
            .set(RestOptions.BIND_ADDRESS, HOST)
            .set(RestOptions.BIND_PORT, Integer.toString(port))
            .set(RestOptions.PORT, port)
            .set(TaskManagerOptions.NUM_TASK_SLOTS, 1)
            .set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(1))
            // A checkpoint waits behind what is in flight: with the usual 32 KiB that is seconds
            // of training.
            .set(TaskManagerOptions.MEMORY_SEGMENT_SIZE, MemorySize.parse("4kb"))
            .set(TaskManagerOptions.MIN_MEMORY_SEGMENT_SIZE, MemorySize.parse("1kb"))
            .set(TaskManagerOptions.NETWORK_MEMORY_MIN, NETWORK)
            .set(TaskManagerOptions.NETWORK_MEMORY_MAX, NETWORK)
            .set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString())
            .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, interval)
            .set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 2)
            .set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION)
            .set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay")
            .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, ATTEMPTS);
    MiniCluster flink =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(1)
                .build());
    try {
      flink.start();
    } catch (Exception e) {
      flink.close();
      if (ExceptionUtils.findThrowable(e, BindException.class).isPresent()) {
        throw new UserMistake("port " + port + " is taken; choose another with --port", e);
      }
      throw e;
    }
    return new Cluster(flink, configuration);
  }

  /** Where a browser finds the dashboard. */
  String dashboard() {
    return "http://" + HOST + ":" + flink.getRestAddress().join().getPort();
  }

  /**
   * Environment to build a job in.
   *
   * @param checkpoint to start from, if any; it belongs to the job from then on
   */
  StreamExecutionEnvironment environment(Optional<Path> checkpoint) {
    Configuration forJob = new Configuration(configuration);
    checkpoint.ifPresent(
        path ->
            forJob
                .set(StateRecoveryOptions.SAVEPOINT_PATH, path.toUri().toString())
                .set(StateRecoveryOptions.RESTORE_MODE, RecoveryClaimMode.CLAIM));
    return StreamExecutionEnvironment.createLocalEnvironment(1, forJob);
  }

  /** Starts the job that was built in the environment. */
  RunningJob submit(StreamExecutionEnvironment environment, String name) throws Exception {
    StreamGraph graph = environment.getStreamGraph();
    graph.setJobName(name);
    return new RunningJob(
        flink,
        flink
            .submitJob(graph.getJobGraph(flink.getClass().getClassLoader(), null))
            .get()
            .getJobID());
  }

  /**
   * A job that was started.
   *
   * @param flink where it runs
   * @param id of the job
   */
  record RunningJob(MiniCluster flink, JobID id) {

    private static final long PAUSE_MILLIS = 20;

    /** Whether the job has come to any end. */
    boolean isOver() {
      return flink.getJobStatus(id).join().isGloballyTerminalState();
    }

    /** Takes a checkpoint now and returns when it is complete or the job is over. */
    void checkpoint() throws Exception {
      // A job that ends meanwhile never answers whether the checkpoint is complete.
      CompletableFuture.anyOf(
              flink.triggerCheckpoint(id, CheckpointType.FULL), flink.requestJobResult(id))
          .get();
    }

    /**
     * Waits for a job whose input has ended. Its tasks wait for one more checkpoint, which is taken
     * now rather than when the interval is over.
     */
    void finish() throws Exception {
      while (checkpointUnlessOver()) {
        Thread.sleep(PAUSE_MILLIS);
      }
    }

    /** Takes a last checkpoint, which stays, and ends the job there, unless it ends by itself. */
    void stop() {
      try {
        if (checkpointUnlessOver()) {
          flink.cancelJob(id).get();
        } else if (failure().isPresent()) {
          throw failure().get();
        }
      } catch (Throwable e) {
        throw new CompletionException("the job could not be stopped", e);
      }
    }

    /** Takes a checkpoint as soon as one can be taken; whether the job still runs after it. */
    private boolean checkpointUnlessOver() throws Exception {
      while (!isOver()) {
        try {
          checkpoint();
          return !isOver();
        } catch (ExecutionException e) {
          // The job is only starting or has just ended, or another checkpoint is under way.
          Thread.sleep(PAUSE_MILLIS);
        }
      }
      return false;
    }

    /** What ended the job, if it failed. */
    Optional<Throwable> failure() throws Exception {
      return flink
          .requestJobResult(id)
          .get()
          .getSerializedThrowable()
          .map(e -> e.deserializeError(RunningJob.class.getClassLoader()));
    }
  }

  @Override
  public void close() throws Exception {
    flink.close();
  }
}
