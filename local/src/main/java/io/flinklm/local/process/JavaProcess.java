package io.flinklm.local.process;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A Java program in a process of its own.
 *
 * @param process the operating system's
 * @param name of the program, for people
 */
record JavaProcess(Process process, String name) implements AutoCloseable {
  private static final String LOGGING = "log4j2.properties";
  private static final long PATIENCE_SECONDS = 10;

  // What the launcher sets for this process too.
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "MALLOC_MMAP_THRESHOLD_", "1073741824",
          "MALLOC_TRIM_THRESHOLD_", "4294967296",
          "MALLOC_TOP_PAD_", "268435456",
          "MALLOC_ARENA_MAX", "1",
          "OMP_WAIT_POLICY", "passive");
  private static final List<String> JVM =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Djava.awt.headless=true",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "--add-opens=java.base/java.time=ALL-UNNAMED");

  /**
   * Starts a program. What it prints goes to {@code NAME.out} in a directory, what it logs to
   * {@code NAME.log}.
   *
   * @param heapMegabytes most that its heap may take
   */
  static JavaProcess start(
      String name,
      Path directory,
      int heapMegabytes,
      List<Path> classPath,
      String mainClass,
      List<String> arguments)
      throws IOException {
    Files.createDirectories(directory);
    try (InputStream logging = JavaProcess.class.getResourceAsStream("/" + LOGGING)) {
      Files.write(directory.resolve(LOGGING), logging.readAllBytes());
    }
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("-Xmx" + heapMegabytes + "m");
    line.addAll(JVM);
    line.add("-Dflinklm.log=" + directory.resolve(name + ".log"));
    line.add("-Dlog4j2.configurationFile=" + directory.resolve(LOGGING));
    line.add("-cp");
    line.add(String.join(File.pathSeparator, classPath.stream().map(Path::toString).toList()));
    line.add(mainClass);
    line.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(name + ".out").toFile());
    builder.environment().putAll(ENVIRONMENT);
    Process process = builder.start();
    // Nothing stays behind when this process is stopped by a person.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    return new JavaProcess(process, name);
  }

  /** Ends the process at once, as SIGKILL does, and returns when it is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Whether the process has not ended. */
  boolean isAlive() {
    return process.isAlive();
  }

  /** Asks the process to end, and ends it if it does not. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
