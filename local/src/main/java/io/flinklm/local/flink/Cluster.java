package io.flinklm.local.flink;

import io.flinklm.UserMistake;
import io.flinklm.local.process.FlinkProcesses;
import java.net.BindException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.flink.client.deployment.StandaloneClusterId;
import org.apache.flink.client.program.ClusterClient;
import org.apache.flink.client.program.MiniClusterClient;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.util.ExceptionUtils;

/** A Flink cluster, with its dashboard, for jobs that are built here. */
public final class Cluster implements AutoCloseable {
  private final ClusterClient<?> client;
  private final Configuration configuration;
  private final List<Path> jars;
  private final int parallelism;
  private final AutoCloseable servers;

  /**
   * A cluster that takes jobs.
   *
   * @param client of the cluster
   * @param configuration of jobs
   * @param jars that every job brings along
   * @param parallelism of the operators of every job that can have one
   * @param servers of the cluster, which end with it
   */
  Cluster(
      ClusterClient<?> client,
      Configuration configuration,
      List<Path> jars,
      int parallelism,
      AutoCloseable servers) {
    this.client = client;
    this.configuration = configuration;
    this.jars = jars;
    this.parallelism = parallelism;
    this.servers = servers;
  }

  /**
   * Starts Flink in this process and returns once it takes jobs.
   *
   * @param port of the dashboard, 0 for any free one
   * @param checkpoints directory of the checkpoints; they stay when a job is cancelled
   * @param interval between checkpoints
   * @param parallelism of the operators that can have one
   * @throws UserMistake if the port is taken
   */
  public static Cluster start(int port, Path checkpoints, Duration interval, int parallelism)
      throws Exception {
    Configuration configuration =
        ClusterSettings.inThisProcess(port, checkpoints, interval, parallelism);
    MiniCluster flink =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(parallelism)
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
    return new Cluster(
        new MiniClusterClient(configuration, flink), configuration, List.of(), parallelism, flink);
  }

  /**
   * A cluster of other processes.
   *
   * @param jars that every job brings along
   * @param checkpoints directory of the checkpoints; they stay when a job is cancelled
   * @param interval between checkpoints
   */
  public static Cluster of(
      FlinkProcesses processes, List<Path> jars, Path checkpoints, Duration interval)
      throws Exception {
    Configuration ofClient = Configuration.fromMap(processes.settings());
    return new Cluster(
        new RestClusterClient<>(ofClient, StandaloneClusterId.getInstance()),
        ClusterSettings.ofJobsElsewhere(checkpoints, interval),
        jars,
        1,
        processes);
  }

  /** The same cluster, with another parallelism of the jobs that are built from now on. */
  public Cluster withParallelism(int other) {
    return new Cluster(client, configuration, jars, other, servers);
  }

  /** The same cluster, with another time between the checkpoints of the jobs built from now on. */
  public Cluster withInterval(Duration other) {
    Configuration changed =
        new Configuration(configuration).set(CheckpointingOptions.CHECKPOINTING_INTERVAL, other);
    return new Cluster(client, changed, jars, parallelism, servers);
  }

  /** Where a browser finds the dashboard. */
  public String dashboard() {
    return "http://"
        + ClusterSettings.HOST
        + ":"
        + URI.create(client.getWebInterfaceURL()).getPort();
  }

  /**
   * Environment to build a job in.
   *
   * @param checkpoint to start from, if any; it belongs to the job from then on
   */
  public StreamExecutionEnvironment environment(Optional<Path> checkpoint) {
    Configuration forJob = new Configuration(configuration);
    checkpoint.ifPresent(
        path ->
            forJob
                .set(StateRecoveryOptions.SAVEPOINT_PATH, path.toUri().toString())
                .set(StateRecoveryOptions.RESTORE_MODE, RecoveryClaimMode.CLAIM));
    return StreamExecutionEnvironment.createLocalEnvironment(parallelism, forJob);
  }

  /** Starts a TaskManager in this process, if the cluster is in it, for one that has ended. */
  public void replaceTaskManager() {
    if (servers instanceof MiniCluster flink) {
      try {
        flink.startTaskManager();
      } catch (Exception e) {
        throw new IllegalStateException("Flink's TaskManager cannot be replaced", e);
      }
    }
  }

  /** Starts the job that was built in the environment. */
  public RunningJob submit(StreamExecutionEnvironment environment, String name) throws Exception {
    StreamGraph graph = environment.getStreamGraph();
    graph.setJobName(name);
    JobGraph job = graph.getJobGraph(Cluster.class.getClassLoader(), null);
    jars.forEach(jar -> job.addJar(new org.apache.flink.core.fs.Path(jar.toUri())));
    return new RunningJob(client, client.submitJob(job).get());
  }

  @Override
  public void close() throws Exception {
    try (servers) {
      client.close();
    }
  }
}
