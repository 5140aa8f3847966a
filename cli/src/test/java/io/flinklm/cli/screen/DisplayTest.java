package io.flinklm.cli.screen;

import static io.flinklm.cli.fixture.Reports.segment;
import static io.flinklm.cli.fixture.Reports.step;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flinklm.cli.fixture.MadeRun;
import io.flinklm.cli.fixture.Screen;
import io.flinklm.train.Report;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DisplayTest {
  private static final OptionalInt EPOCHS = OptionalInt.of(15);
  private static final OptionalLong STEPS = OptionalLong.of(15 * MadeRun.TRAIN_BATCHES);

  @Test
  void plainIsTheTableInWholeLines() {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    showPlain(written, MadeRun.of(15));

    String text = written.toString(UTF_8);
    assertThat(text).endsWith(System.lineSeparator()).doesNotContain("\r\r", "\033");
    assertThat(text.lines()).hasSize(16).allMatch(line -> line.length() == 71);
    assertThat(text.lines().findFirst()).hasValue(EpochTable.header());
  }

  @Test
  void plainTellsProgressAfterTenSecondsOfSilence() {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    showPlain(
        written,
        List.of(
            step(1, 0, "train", 3, 2),
            step(10, 0, "train", 3, 11.9),
            step(11, 0, "train", 3, 12),
            step(12, 0, "train", 3, 13),
            segment(12, 0, "train", 3, 20),
            segment(12, 0, "valid", 3, 21),
            step(13, 1, "train", 3, 22),
            step(20, 1, "train", 3, 30.9),
            step(21, 1, "train", 3, 31)));

    assertThat(written.toString(UTF_8).lines())
        .containsExactly(
            EpochTable.header(),
            "epoch 1/15  step 11/735  loss 3.000  accuracy 0.300  1.0k tokens/s  12:04 left",
            "    1      4.0000     1.0000      3.0000     0.7500    0.3000    21.0 s",
            "epoch 2/15  step 21/735  loss 3.000  accuracy 0.300  889 tokens/s  17:15 left");
  }

  @Test
  @Timeout(60)
  void liveRedrawsOneLineBelowTheTable() throws InterruptedException {
    Screen screen = new Screen(100);
    PrintStream out = screen.out();
    List<Report> reports = MadeRun.of(15);
    int half = reports.size() / 2;
    try (Display display =
        new LiveDisplay(out, new Progress("", EPOCHS, STEPS), Optional.of(new EpochTable()), 100)) {
      awaitLastLine(screen, "waiting for the first batch");
      reports.subList(0, half).forEach(display::show);
      awaitLastLine(screen, "epoch 8/15  step %d/735".formatted(reports.get(half - 1).step()));
      assertThat(screen.lines()).hasSize(1 + 7 + 1);
      reports.subList(half, reports.size()).forEach(display::show);
    }

    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    showPlain(plain, reports);
    assertThat(screen.lines()).isEqualTo(plain.toString(UTF_8).lines().toList());
  }

  @Test
  void liveIsCutToANarrowTerminal() {
    Screen screen = new Screen(50);
    LiveLine line = new LiveLine(screen.out(), 50);
    line.accept("x".repeat(80));
    assertThat(screen.lines()).containsExactly("x".repeat(49));
  }

  @Test
  void afterItsEndTheLiveLineNeverComesBack() {
    Screen screen = new Screen(80);
    Display display =
        new LiveDisplay(
            screen.out(), new Progress("", EPOCHS, STEPS), Optional.of(new EpochTable()), 80);
    display.show(step(1, 0, "train", 3, 1));
    display.close();
    display.show(segment(2, 0, "valid", 3, 2));
    display.close();
    assertThat(screen.lines())
        .containsExactly(
            EpochTable.header(),
            "    1      4.0000     1.0000      3.0000     0.7500    0.3000     2.0 s");
  }

  /** On a terminal of its own: only there could a library have taken the signal. */
  @Test
  @Timeout(60)
  void ctrlCStillRunsShutdownHooks() throws IOException, InterruptedException {
    assumeTrue(Files.exists(Path.of("/usr/bin/script")) && Files.exists(Path.of("/proc/self")));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder inTerminal =
        new ProcessBuilder(
            "script",
            "--quiet",
            "--command",
            "'%s' -cp '%s' '%s'"
                .formatted(
                    java, System.getProperty("java.class.path"), Interrupted.class.getName()),
            "/dev/null");
    inTerminal.environment().put("TERM", "xterm");
    Process process = inTerminal.redirectErrorStream(true).start();
    process.getOutputStream().close();

    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8))
        .contains("\033[K", "hook ran");
    process.waitFor();
  }

  /** Shows a live line and then receives what Ctrl-C sends. */
  static final class Interrupted {
    public static void main(String[] arguments) throws IOException, InterruptedException {
      PrintStream out = System.out;
      Runtime.getRuntime().addShutdownHook(new Thread(() -> out.println("hook ran")));
      boolean terminal = Terminal.shows(Terminal.OUT);
      Display display = Display.on(out, OptionalInt.empty(), OptionalLong.empty(), terminal);
      display.show(step(1, 0, "train", 3, 1));
      Thread.sleep(500);
      String self = Long.toString(ProcessHandle.current().pid());
      new ProcessBuilder("kill", "-INT", self).inheritIO().start();
      Thread.sleep(30_000);
    }
  }

  private static void showPlain(ByteArrayOutputStream written, List<Report> reports) {
    PrintStream out = new PrintStream(written, true, UTF_8);
    try (Display display = Display.on(out, EPOCHS, STEPS, false)) {
      reports.forEach(display::show);
    }
  }

  private static void awaitLastLine(Screen screen, String start) throws InterruptedException {
    List<String> lines = screen.lines();
    while (lines.isEmpty() || !lines.get(lines.size() - 1).startsWith(start)) {
      Thread.sleep(10);
      lines = screen.lines();
    }
  }
}
