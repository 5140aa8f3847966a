package io.flinklm.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The script {@code ./flink-lm}, as far as it says no before it builds or starts anything. */
class LauncherTest {

  @ParameterizedTest
  @ValueSource(strings = {"much", "0g", "255m", "2 g", "-Xmx2g"})
  void aHeapThatIsNoneIsAMistake(String heap) throws Exception {
    ProcessBuilder launcher =
        new ProcessBuilder(Path.of("..", "flink-lm").toAbsolutePath().toString(), "--help")
            .redirectErrorStream(true);
    launcher.environment().put("FLINK_LM_HEAP", heap);
    Process process = launcher.start();

    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8))
        .isEqualTo(
            "flink-lm: FLINK_LM_HEAP must be a heap of 256m or more, such as 2g, not '"
                + heap
                + "'\n");
    assertThat(process.waitFor()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "true, run --shards 2",
    "true, run --epochs 3 --shards=64",
    "true, bench --shards 2 --hidden 64",
    "true, bench shards --hidden 64",
    "true, bench replicas --hidden 64",
    "true, run --resume --out DIRECTORY",
    "true, train --out=DIRECTORY --resume",
    "true, run --replicas 4 --round 7",
    "true, run --replicas=12",
    "true, train --resume --out=DIRECTORY/replicas",
    "false, train --resume --out=DIRECTORY/one",
    "false, run --replicas 1 --lanes 2",
    "false, run --replicas=1 --round 20",
    "false, run",
    "false, run --shards 1",
    "false, run --shards=1 --lanes 2",
    "false, run --out DIRECTORY",
    "false, run --resume",
    "false, bench streams"
  })
  void shardsAndReplicasHaveArenasOfTheirOwn(
      boolean expected, String arguments, @TempDir Path directory) throws Exception {
    write(directory.resolve("run.json"), 12, 1);
    write(Files.createDirectory(directory.resolve("replicas")).resolve("run.json"), 1, 2);
    write(Files.createDirectory(directory.resolve("one")).resolve("run.json"), 1, 1);
    String launcher = Path.of("..", "flink-lm").toAbsolutePath().toString();
    String function = "source <(sed -n '/^has_several/,/^}/p' %s); has_several %s";
    Process process =
        new ProcessBuilder(
                "bash",
                "-c",
                function.formatted(launcher, arguments.replace("DIRECTORY", directory.toString())))
            .directory(directory.getParent().toFile())
            .start();

    assertThat(process.waitFor() == 0).isEqualTo(expected);
  }

  private static void write(Path file, int shards, int replicas) throws IOException {
    Files.write(
        file,
        Json.indented(
            Map.of(
                "model",
                Map.of("shards", shards, "replication", Map.of("count", replicas)),
                "count",
                7)));
  }
}
