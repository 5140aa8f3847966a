package io.flinklm.local.flink;

import com.sun.management.OperatingSystemMXBean;
import io.flinklm.dashboard.DashboardOptions;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;

/** What Flink is told of a {@link Cluster} and its jobs: memory, checkpoints and restarts. */
final class ClusterSettings {
  static final String HOST = "localhost";

  private static final Duration AT_ONCE = Duration.ofMillis(100);
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration SELDOM = Duration.ofMinutes(1);
  private static final Duration QUIET = Duration.ofMinutes(10);
  private static final double SLOWER = 2;
  private static final Duration FRESH = Duration.ofSeconds(1);
  private static final MemorySize NETWORK = MemorySize.ofMebiBytes(16);

  // What RocksDB does not keep in its memory it asks the machine for, again and again.
  private static final int SHARES = 8;

  private ClusterSettings() {}

  /** Those of a cluster in this process; the parameters are those of {@link Cluster#start}. */
  static Configuration inThisProcess(
      int port, Path checkpoints, Duration interval, int parallelism) {
    Configuration configuration =
        checkpointing(checkpoints, interval)
            .set(JobManagerOptions.BIND_HOST, HOST)
            .set(TaskManagerOptions.BIND_HOST, HOST)
            .set(RestOptions.ADDRESS, HOST)
            .set(RestOptions.BIND_ADDRESS, HOST)
            .set(RestOptions.BIND_PORT, Integer.toString(port))
            .set(RestOptions.PORT, port)
            // What a person watches is a second old, not ten.
            .set(MetricOptions.METRIC_FETCHER_UPDATE_INTERVAL, FRESH)
            .set(WebOptions.REFRESH_INTERVAL, FRESH)
            .set(TaskManagerOptions.NUM_TASK_SLOTS, parallelism)
            .set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(1))
            // A checkpoint waits behind what is in flight: with the usual 32 KiB that is seconds
            // of training.
            .set(TaskManagerOptions.MEMORY_SEGMENT_SIZE, MemorySize.parse("4kb"))
            .set(TaskManagerOptions.MIN_MEMORY_SEGMENT_SIZE, MemorySize.parse("1kb"))
            .set(TaskManagerOptions.NETWORK_MEMORY_MIN, NETWORK)
            .set(TaskManagerOptions.NETWORK_MEMORY_MAX, NETWORK);
    configuration.addAll(Configuration.fromMap(DashboardOptions.SHOWS_ONLY));
    // For a job that asks for RocksDB; no other takes it, and none takes more than it has a use of.
    configuration.setString(
        "state.backend.rocksdb.memory.fixed-per-slot",
        new MemorySize(memoryOfMachine() / SHARES / parallelism).toString());
    return configuration;
  }

  private static long memoryOfMachine() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }

  /** Those of the jobs of a cluster of other processes, which are killed to see what happens. */
  static Configuration ofJobsElsewhere(Path checkpoints, Duration interval) {
    return checkpointing(checkpoints, interval)
        .set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF, AT_ONCE)
        .set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF, AT_ONCE);
  }

  private static Configuration checkpointing(Path checkpoints, Duration interval) {
    return new Configuration()
        .set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString())
        .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, interval)
        .set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 2)
        .set(
            CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
            ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION)
        // Without end: what is away comes back, and the text is still there.
        .set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay")
        .set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF, SOON)
        .set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF, SELDOM)
        .set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_BACKOFF_MULTIPLIER, SLOWER)
        .set(
            RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD,
            QUIET);
  }
}
