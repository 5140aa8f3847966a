package io.flinklm.bench.speed;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.management.OperatingSystemMXBean;
import io.flinklm.bench.measure.Contestant;
import io.flinklm.bench.measure.Timing;
import io.flinklm.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * PyTorch's own training loop, in Python: {@code benchmarks/pytorch_loop.py} as a child process. It
 * takes as many steps as it is told; between its turns it is stopped (SIGSTOP), since threads of
 * OpenMP that actively wait would take a processor.
 */
public final class PyTorchLoop implements Contestant {
  /** What is missing where {@link #python} finds none. */
  public static final String MISSING =
      "no python3 here can import torch (in Debian: python3-torch, and libopenblas0-openmp)";

  private static final String SCRIPT = "/pytorch_loop.py";
  // A file, where the script has several processes.
  private static final String MEETING = "meeting";
  private static final int FIRST_STEPS = 5;
  private static final double NANOS = 1e9;
  private final Path directory;
  private final Process process;
  private final BufferedReader answers;
  private final Writer questions;
  private final JsonNode description;
  private final Thread atExit;
  private double stepsPerSecond;
  private long resident;
  private double seconds;
  private double secondsOfThisProcess;

  /** The Python that can import PyTorch. */
  public static Optional<String> python() throws IOException, InterruptedException {
    for (String python : List.of("python3", "/usr/bin/python3")) {
      try {
        Process process =
            new ProcessBuilder(python, "-c", "import torch")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() == 0) {
          return Optional.of(python);
        }
      } catch (IOException e) {
        // There is no such program.
      }
    }
    return Optional.empty();
  }

  /**
   * Starts it.
   *
   * @param python that can import PyTorch
   * @param threads of PyTorch, and of what multiplies its matrices
   * @param waitPolicy of OpenMP: {@code active} or {@code passive}
   * @param options of the script
   */
  public static PyTorchLoop start(
      String python, int threads, String waitPolicy, List<String> options) throws Exception {
    Path directory = Files.createTempDirectory("flink-lm-pytorch");
    Path script = directory.resolve("pytorch_loop.py");
    try (InputStream resource = PyTorchLoop.class.getResourceAsStream(SCRIPT)) {
      Files.copy(resource, script);
    }
    List<String> line = new ArrayList<>(List.of(python, script.toString()));
    line.addAll(options);
    line.add("--meeting=" + directory.resolve(MEETING));
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectError(directory.resolve("error.txt").toFile());
    builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
    builder.environment().put("OMP_WAIT_POLICY", waitPolicy);
    return new PyTorchLoop(directory, builder.start());
  }

  private PyTorchLoop(Path directory, Process process) throws Exception {
    this.directory = directory;
    this.process = process;
    this.answers = process.inputReader(UTF_8);
    this.questions = process.outputWriter(UTF_8);
    this.atExit = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(atExit);
    try {
      this.description = answer();
      signal("STOP");
    } catch (Exception | Error e) {
      close();
      throw e;
    }
  }

  /** What computes there: versions, threads, the library for matrices. */
  public JsonNode description() {
    return description;
  }

  /** What the process took of the machine's memory at the end of its last turn, in bytes. */
  public long residentMemory() {
    return resident;
  }

  /**
   * What this process, whose turn it was not, took of a processor meanwhile: 1 is all of one core.
   */
  public double shareOfOthers() {
    return secondsOfThisProcess / seconds;
  }

  private static long processorNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  @Override
  public Timing run(double seconds) throws Exception {
    signal("CONT");
    if (stepsPerSecond == 0) {
      take(FIRST_STEPS);
    }
    Timing timing = take(Math.max(1, Math.round(seconds * stepsPerSecond)));
    signal("STOP");
    return timing;
  }

  private Timing take(long steps) throws Exception {
    questions.write(steps + " steps\n");
    questions.flush();
    long before = processorNanos();
    JsonNode answer = answer();
    secondsOfThisProcess += (processorNanos() - before) / NANOS;
    seconds += answer.get("seconds").asDouble();
    resident = answer.get("resident_memory_bytes").asLong();
    stepsPerSecond = steps / answer.get("seconds").asDouble();
    return new Timing(answer.get("tokens").asDouble(), answer.get("seconds").asDouble());
  }

  private JsonNode answer() throws Exception {
    String line = answers.readLine();
    if (line == null) {
      process.waitFor();
      List<String> said = Files.readAllLines(directory.resolve("error.txt"));
      throw new IllegalStateException(
          "PyTorch's loop has ended: " + (said.isEmpty() ? "" : said.get(said.size() - 1)));
    }
    return Json.TOLERANT.readTree(line);
  }

  private void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
    Runtime.getRuntime().removeShutdownHook(atExit);
    try {
      Files.deleteIfExists(directory.resolve("pytorch_loop.py"));
      Files.deleteIfExists(directory.resolve("error.txt"));
      Files.deleteIfExists(directory.resolve(MEETING));
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
