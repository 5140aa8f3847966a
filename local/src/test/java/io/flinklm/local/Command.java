package io.flinklm.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** The command {@code flink-lm} under test: in a process of its own, as a person starts it. */
record Command(Process process, Path out, Path err) implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 120;
  private static final long PAUSE_MILLIS = 5;

  // As in the launcher ./flink-lm; but the quick compiler alone, and a heap that grows as it is
  // used, since each process is short.
  private static final List<String> JVM =
      List.of(
          "-Xmx768m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Djava.awt.headless=true",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "--add-opens=java.base/java.time=ALL-UNNAMED");
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "MALLOC_MMAP_THRESHOLD_", "1073741824",
          "MALLOC_TRIM_THRESHOLD_", "4294967296",
          "MALLOC_TOP_PAD_", "268435456",
          "OMP_WAIT_POLICY", "passive");

  /** Made when the first command starts, not where all are called in this process. */
  private static final class Shared {
    static final SharedClasses CLASSES;

    static {
      try {
        CLASSES = SharedClasses.ofThisBuild(JVM);
      } catch (Exception e) {
        throw new ExceptionInInitializerError(e);
      }
    }
  }

  /**
   * What is left of a command that has ended.
   *
   * @param code exit code
   * @param out all of its standard output
   * @param err all of its standard error
   */
  record Ended(int code, String out, String err) {
    /** The results of {@code --json}, which must be the last line, without times. */
    ObjectNode results() throws JsonProcessingException {
      ObjectNode results = json();
      results.remove(List.of("seconds", "tokens_per_second"));
      return results;
    }

    /** The results of {@code --json}. */
    ObjectNode json() throws JsonProcessingException {
      assertThat(code).as(out + err).isEqualTo(0);
      assertThat(err).isEmpty();
      List<String> lines = out.lines().toList();
      return (ObjectNode) new JsonMapper().readTree(lines.get(lines.size() - 1));
    }

    /** The message of a mistake, which must be one line. */
    String mistake() {
      assertThat(code).as(out + err).isEqualTo(2);
      assertThat(err).startsWith("flink-lm: ").endsWith("\n").hasLineCount(1);
      assertThat(out + err).doesNotContain("\tat ", "Exception:");
      return err.substring("flink-lm: ".length()).strip();
    }
  }

  /** Starts it in a directory, which is its working directory. */
  static Command start(Path directory, String... arguments) throws Exception {
    return start(Shared.CLASSES, directory, arguments);
  }

  private static Command start(SharedClasses classes, Path directory, String... arguments)
      throws Exception {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(JVM);
    line.addAll(classes.options());
    line.addAll(List.of("-cp", classes.classPath(), FlinkLm.class.getName()));
    line.addAll(List.of(arguments));
    Path out = Files.createTempFile(directory, "standard-output-", ".txt");
    Path err = Files.createTempFile(directory, "standard-error-", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(ENVIRONMENT);
    return new Command(builder.start(), out, err);
  }

  /** Starts it in a directory and waits for its end. */
  static Ended run(Path directory, String... arguments) throws Exception {
    try (Command command = start(directory, arguments)) {
      return command.await();
    }
  }

  /** The same with a jar that has a planted fault in it. */
  static Ended run(Path directory, Path planted, String... arguments) throws Exception {
    String classPath = PlantedFault.classPathWith(planted);
    SharedClasses none = new SharedClasses(classPath, List.of());
    try (Command command = start(none, directory, arguments)) {
      return command.await();
    }
  }

  /** Runs it in this process: quick, for a command that ends before it starts anything. */
  static Ended here(String... arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream capturedOut = new ByteArrayOutputStream();
    ByteArrayOutputStream capturedErr = new ByteArrayOutputStream();
    String log = System.getProperty("flinklm.log");
    try (PrintStream toOut = new PrintStream(capturedOut, true, UTF_8);
        PrintStream toErr = new PrintStream(capturedErr, true, UTF_8)) {
      System.setOut(toOut);
      System.setErr(toErr);
      int code = FlinkLm.execute(arguments);
      return new Ended(code, capturedOut.toString(UTF_8), capturedErr.toString(UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
      if (log == null) {
        System.clearProperty("flinklm.log");
      }
    }
  }

  /**
   * Runs it in this process, with its results in a directory: in a part of the time that a new
   * process takes to load Kafka, Flink and engine. For a command that ends by itself, where neither
   * process nor log is the subject.
   */
  static Ended here(Path directory, String... arguments) {
    String option = "--out=";
    List<String> all = new ArrayList<>(List.of(arguments));
    if (all.stream().noneMatch(argument -> argument.startsWith(option))) {
      all.add(option + "out");
    }
    all.replaceAll(
        argument ->
            argument.startsWith(option)
                ? option + directory.resolve(argument.substring(option.length()))
                : argument);
    return here(all.toArray(String[]::new));
  }

  /** Waits for its end. */
  Ended await() throws Exception {
    return await(PATIENCE_SECONDS);
  }

  /** Waits for its end, so many seconds at most. */
  Ended await(long seconds) throws Exception {
    assertThat(process.waitFor(seconds, TimeUnit.SECONDS))
        .as(() -> "no end after " + seconds + " s: " + read(out) + read(err))
        .isTrue();
    return new Ended(process.exitValue(), read(out), read(err));
  }

  /** Waits for a line of its standard output and gives what follows the beginning. */
  String awaitLine(String beginning) throws Exception {
    awaitThat(() -> line(beginning).isPresent(), "the line '" + beginning + "'");
    return line(beginning).orElseThrow();
  }

  private Optional<String> line(String beginning) {
    String text = read(out);
    return text.substring(0, text.lastIndexOf('\n') + 1)
        .lines()
        .filter(line -> line.startsWith(beginning))
        .findFirst()
        .map(line -> line.substring(beginning.length()).strip());
  }

  /** Waits for something that it does; fails if it ends before. */
  void awaitThat(Callable<Boolean> condition, String what) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.call()) {
      assertThat(process.isAlive() && System.nanoTime() < deadline)
          .as(() -> "waiting for " + what + ": " + read(out) + read(err))
          .isTrue();
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  /** Sends a signal: INT is Ctrl-C. */
  void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
        .inheritIO()
        .start()
        .waitFor();
  }

  /** Kills it, if it is alive, without any warning (SIGKILL), and waits for that. */
  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
