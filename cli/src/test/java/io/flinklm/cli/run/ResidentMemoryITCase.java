package io.flinklm.cli.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.flinklm.cli.fixture.ResidentMemory;
import io.flinklm.train.ReportJson;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The memory that the process of {@code ./flink-lm} takes of the machine (VmRSS) is the same after
 * a tenth of the steps as after all of them. Prints a table; docs/decisions/0005 has what it said.
 */
@EnabledOnOs(OS.LINUX)
@EnabledIfSystemProperty(
    named = ResidentMemoryITCase.STEPS,
    matches = "\\d+",
    disabledReason = "takes minutes; give the steps, as -Dflinklm.memory.steps=100000")
class ResidentMemoryITCase {
  static final String STEPS = "flinklm.memory.steps";

  private static final long SOME_REPORTS = 4096;
  private static final long PAUSE_MILLIS = 200;

  private final long steps = Long.getLong(STEPS, 0);
  private final Map<Long, Long> kibibytes = new TreeMap<>();

  @TempDir private Path directory;

  @Test
  void thatOfTheStreamIsFlat() throws Exception {
    requireFlat("run", "--continuous", "--hidden=8", "--port=0");
  }

  @Test
  void thatOfThePlainLoopIsFlat() throws Exception {
    // More than enough: an epoch has 49 steps.
    requireFlat("run", "--plain-loop", "--hidden=8", "--epochs=" + (steps / 40 + 1));
  }

  private void requireFlat(String... command) throws Exception {
    Process process = start(command);
    try {
      while (process.isAlive() && sample(process) < steps) {
        Thread.sleep(PAUSE_MILLIS);
      }
    } finally {
      process.destroy();
      process.waitFor();
    }
    System.out.println(String.join(" ", command) + "\n\n| step | VmRSS, MiB |\n|---:|---:|");
    kibibytes.forEach((step, size) -> System.out.printf("| %,d | %,d |%n", step, size / 1024));
    long early = kibibytes.values().stream().skip(1).findFirst().orElseThrow();
    long late = kibibytes.values().stream().reduce((a, b) -> b).orElseThrow();
    assertThat(kibibytes).as("the command ended early: " + directory).hasSizeGreaterThan(10);
    assertThat(late).isCloseTo(early, withinPercentage(5));
  }

  private Process start(String... command) throws IOException {
    Path launcher = Path.of("..", "flink-lm").toAbsolutePath().normalize();
    List<String> line = new ArrayList<>(List.of(launcher.toString()));
    line.addAll(List.of(command));
    return new ProcessBuilder(line)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("output.txt").toFile())
        .start();
  }

  /** Takes a sample at each tenth of the steps, from the first on; gives the newest step. */
  private long sample(Process process) throws IOException {
    long step = newestStep(directory.resolve("out/metrics.jsonl"));
    long due = kibibytes.size() * steps / 10;
    if (step > 0 && step >= due) {
      kibibytes.put(step, ResidentMemory.kibibytes(process.pid()));
    }
    return step;
  }

  private static long newestStep(Path metrics) throws IOException {
    if (!Files.exists(metrics)) {
      return 0;
    }
    try (RandomAccessFile file = new RandomAccessFile(metrics.toFile(), "r")) {
      file.seek(Math.max(0, file.length() - SOME_REPORTS));
      byte[] end = new byte[(int) (file.length() - file.getFilePointer())];
      file.readFully(end);
      String[] lines = new String(end, UTF_8).split("\n", -1);
      // The last one is empty, or not yet whole; the first one may be cut.
      return lines.length < 3
          ? 0
          : ReportJson.parse(lines[lines.length - 2].getBytes(UTF_8)).step();
    }
  }
}
