package io.flinklm.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
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
}
