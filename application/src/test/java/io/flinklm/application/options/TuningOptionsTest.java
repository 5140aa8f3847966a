package io.flinklm.application.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class TuningOptionsTest {

  @Command
  private static final class Asked {
    @Mixin private TuningOptions tuning;
  }

  @Test
  void whatWasNotFoundValidTunesNoJob() {
    // The model of --serve-from would be left out, and another one would answer.
    TuningOptions tuning = parse("--serve-from", "a-model");

    assertThatThrownBy(() -> tuning.tuning(1, Map.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("requireValid() comes before tuning()");
  }

  @Test
  void whatWasFoundValidDoes() {
    TuningOptions tuning = parse("--keep", "3");
    tuning.requireValid();

    assertThat(tuning.tuning(1, Map.of()).keep()).isEqualTo(3);
  }

  private static TuningOptions parse(String... arguments) {
    Asked asked = new Asked();
    new CommandLine(asked).parseArgs(arguments);
    return asked.tuning;
  }
}
