package io.flinklm.local.process;

import io.flinklm.dashboard.DashboardOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A standalone Flink cluster of real processes on this machine: a JobManager and TaskManagers with
 * two slots each, started by Flink's own entry points. It takes jobs (a session cluster) or is
 * there for one that its JobManager builds (application mode). Reached from this machine only.
 */
public final class FlinkProcesses implements AutoCloseable {
  /** Slots of a TaskManager. */
  public static final int SLOTS = 2;

  private static final String SESSION =
      "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint";
  private static final String APPLICATION =
      "org.apache.flink.container.entrypoint.StandaloneApplicationClusterEntryPoint";
  private static final String TASK_MANAGER =
      "org.apache.flink.runtime.taskexecutor.TaskManagerRunner";

  private static final int JOB_MANAGER_HEAP = 384;
  private static final int TASK_MANAGER_HEAP = 512;

  // Flink's shell scripts compute these from the size of the process; without them all are needed.
  private static final Map<String, String> MEMORY =
      Map.ofEntries(
          Map.entry("taskmanager.cpu.cores", "1.0"),
          Map.entry("taskmanager.memory.framework.heap.size", "128mb"),
          Map.entry("taskmanager.memory.task.heap.size", "384mb"),
          Map.entry("taskmanager.memory.framework.off-heap.size", "64mb"),
          // libtorch's memory, outside of heap and managed memory.
          Map.entry("taskmanager.memory.task.off-heap.size", "256mb"),
          Map.entry("taskmanager.memory.network.min", "16mb"),
          Map.entry("taskmanager.memory.network.max", "16mb"),
          Map.entry("taskmanager.memory.managed.size", "1mb"),
          Map.entry("taskmanager.memory.jvm-metaspace.size", "128mb"),
          Map.entry("taskmanager.memory.jvm-overhead.min", "64mb"),
          Map.entry("taskmanager.memory.jvm-overhead.max", "64mb"));

  private final Path directory;
  private final List<Path> classPath;
  private final Map<String, String> settings;
  private final String entryPoint;
  private final List<String> application;
  private JavaProcess jobManager;
  private final Map<String, JavaProcess> taskManagers = new LinkedHashMap<>();
  private int started;

  private FlinkProcesses(
      Path directory,
      List<Path> classPath,
      Map<String, String> settings,
      String entryPoint,
      List<String> application) {
    this.directory = directory;
    this.classPath = classPath;
    this.settings = settings;
    this.entryPoint = entryPoint;
    this.application = application;
  }

  /**
   * Starts the processes and returns at once: Flink's client waits for them.
   *
   * @param directory for configuration and logs; made if it is not there
   * @param classPath of all processes
   * @param taskManagers how many
   * @param settings of Flink besides addresses, ports and memory
   */
  public static FlinkProcesses start(
      Path directory, List<Path> classPath, int taskManagers, Map<String, String> settings)
      throws IOException {
    Map<String, String> taking = new LinkedHashMap<>(settings);
    // The client of a session cluster submits and cancels jobs by REST.
    taking.put(DashboardOptions.CONTROL.key(), "true");
    Map<String, String> all = configure(directory, taking);
    return new FlinkProcesses(directory, classPath, all, SESSION, List.of()).start(taskManagers);
  }

  /**
   * Starts the processes of one job and returns at once.
   *
   * @param jar of the job
   * @param application class with the main method, and its arguments
   */
  public static FlinkProcesses startApplication(
      Path directory,
      List<Path> classPath,
      int taskManagers,
      Map<String, String> settings,
      Path jar,
      List<String> application)
      throws IOException {
    Map<String, String> all = configure(directory, settings);
    Path userJars = Files.createDirectories(directory.resolve("usrlib"));
    Files.copy(jar, userJars.resolve(jar.getFileName()));
    List<String> started = new ArrayList<>(List.of("--job-classname"));
    started.addAll(application);
    return new FlinkProcesses(directory, classPath, all, APPLICATION, started).start(taskManagers);
  }

  private static Map<String, String> configure(Path directory, Map<String, String> settings)
      throws IOException {
    Map<String, String> all = new LinkedHashMap<>(addresses());
    all.putAll(DashboardOptions.SHOWS_ONLY);
    all.putAll(settings);
    Files.createDirectories(directory);
    Files.write(
        directory.resolve("config.yaml"),
        all.entrySet().stream()
            .map(setting -> setting.getKey() + ": " + setting.getValue())
            .toList());
    return all;
  }

  private FlinkProcesses start(int numberOfTaskManagers) throws IOException {
    startJobManager();
    for (int i = 0; i < numberOfTaskManagers; i++) {
      startTaskManager();
    }
    return this;
  }

  private void startJobManager() throws IOException {
    List<String> arguments = new ArrayList<>(List.of("-c", directory.toString()));
    arguments.addAll(application);
    jobManager =
        JavaProcess.start(
            "jobmanager-" + ++started,
            directory,
            JOB_MANAGER_HEAP,
            classPath,
            entryPoint,
            arguments);
  }

  private static Map<String, String> addresses() {
    Map<String, String> addresses = new LinkedHashMap<>();
    addresses.put("jobmanager.rpc.address", "localhost");
    addresses.put("jobmanager.rpc.port", Integer.toString(freePort()));
    addresses.put("jobmanager.bind-host", "localhost");
    addresses.put("rest.address", "localhost");
    addresses.put("rest.bind-address", "localhost");
    addresses.put("rest.port", Integer.toString(freePort()));
    addresses.put("taskmanager.host", "localhost");
    addresses.put("taskmanager.bind-host", "localhost");
    addresses.put("taskmanager.numberOfTaskSlots", Integer.toString(SLOTS));
    addresses.put("taskmanager.memory.segment-size", "4kb");
    addresses.put("taskmanager.memory.min-segment-size", "1kb");
    return addresses;
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Settings of the cluster, for its client. */
  public Map<String, String> settings() {
    return settings;
  }

  /** Starts one more TaskManager, and gives its id. */
  public String startTaskManager() throws IOException {
    String id = "taskmanager-" + ++started;
    List<String> arguments =
        MEMORY.entrySet().stream()
            .map(setting -> "-D" + setting.getKey() + "=" + setting.getValue())
            .collect(Collectors.toList());
    arguments.addAll(0, List.of("-c", directory.toString()));
    arguments.add("-Dtaskmanager.resource-id=" + id);
    JavaProcess process =
        JavaProcess.start(id, directory, TASK_MANAGER_HEAP, classPath, TASK_MANAGER, arguments);
    taskManagers.put(id, process);
    return id;
  }

  /** Ends a TaskManager with SIGKILL. */
  public void killTaskManager(String id) throws InterruptedException {
    taskManagers.remove(id).kill();
  }

  /** Ends the JobManager with SIGKILL and starts it again. */
  public void killAndStartJobManager() throws IOException, InterruptedException {
    jobManager.kill();
    startJobManager();
  }

  /** Ends all processes. */
  @Override
  public void close() {
    taskManagers.values().forEach(JavaProcess::close);
    jobManager.close();
  }
}
