package io.flinklm.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A standalone Flink cluster of real processes on this machine: a JobManager and TaskManagers with
 * two slots each, started by Flink's own entry points. Reached from this machine only.
 */
public final class FlinkProcesses implements AutoCloseable {
  private static final String JOB_MANAGER =
      "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint";
  private static final String TASK_MANAGER =
      "org.apache.flink.runtime.taskexecutor.TaskManagerRunner";
  private static final int SLOTS = 2;
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
  private final JavaProcess jobManager;
  private final Map<String, JavaProcess> taskManagers = new LinkedHashMap<>();
  private int started;

  private FlinkProcesses(Path directory, List<Path> classPath, Map<String, String> settings)
      throws IOException {
    this.directory = directory;
    this.classPath = classPath;
    this.settings = settings;
    this.jobManager =
        JavaProcess.start(
            "jobmanager",
            directory,
            JOB_MANAGER_HEAP,
            classPath,
            JOB_MANAGER,
            List.of("-c", directory.toString()));
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
    Map<String, String> all = new LinkedHashMap<>(addresses());
    all.putAll(settings);
    Files.createDirectories(directory);
    Files.write(
        directory.resolve("config.yaml"),
        all.entrySet().stream()
            .map(setting -> setting.getKey() + ": " + setting.getValue())
            .toList());
    FlinkProcesses processes = new FlinkProcesses(directory, classPath, all);
    for (int i = 0; i < taskManagers; i++) {
      processes.startTaskManager();
    }
    return processes;
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

  /** Starts one more TaskManager and gives its id. */
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

  /** Ends all processes. */
  @Override
  public void close() {
    taskManagers.values().forEach(JavaProcess::close);
    jobManager.close();
  }
}
