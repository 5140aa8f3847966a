package io.flinklm.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
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
    "true, run --resume --out DIRECTORY",
    "true, train --out=DIRECTORY --resume",
    "false, run",
    "false, run --shards 1",
    "false, run --shards=1 --lanes 2",
    "false, run --out DIRECTORY",
    "false, run --resume",
    "false, bench streams"
  })
  void shardsHaveArenasOfTheirOwn(boolean expected, String arguments, @TempDir Path directory)
      throws Exception {
    Files.writeString(directory.resolve("run.json"), "{\n  \"shards\" : 12,\n");
    String launcher = Path.of("..", "flink-lm").toAbsolutePath().toString();
    String function = "source <(sed -n '/^has_shards/,/^}/p' %s); has_shards %s";
    Process process =
        new ProcessBuilder(
                "bash",
                "-c",
                function.formatted(launcher, arguments.replace("DIRECTORY", directory.toString())))
            .directory(directory.getParent().toFile())
            .start();

    assertThat(process.waitFor() == 0).isEqualTo(expected);
  }
}
