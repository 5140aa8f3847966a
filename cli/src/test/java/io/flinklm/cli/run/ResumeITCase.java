package io.flinklm.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import io.flinklm.cli.fixture.Dashboard;
import io.flinklm.cli.fixture.RunFiles;
import io.flinklm.net.MachineKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that was killed or stopped goes on as if nothing had been. */
class ResumeITCase {
  private static final String[] RESUME = {
    "run", "--resume", "--json", "--port=0", "--checkpoint-interval=1"
  };

  private static final ObjectMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
  private static final MachineKind HERE = MachineKind.of(Device.cpu());

  @TempDir private Path directory;

  private RunFiles files() {
    return new RunFiles(directory.resolve("out"));
  }

  @Test
  void aRunThatWasKilledEndsWithTheSameBits() throws Exception {
    Ended undisturbed =
        Command.here(directory, "run", "--plain-loop", "--epochs=8", "--json", "--out=loop");
    RunFiles loop = new RunFiles(directory.resolve("loop"));
    Random moments = new Random(11);
    String[] run = {"run", "--epochs=8", "--json", "--port=0", "--checkpoint-interval=1"};

    Path kafka = directory.resolve("out/kafka/meta.properties");
    killWhen("Kafka starts", () -> Files.exists(kafka), run);
    killWhen("the settings are there", () -> files().areResumable(), run);
    Optional<Path> before = files().newestCheckpoint();
    killWhen("checkpoint", () -> !files().newestCheckpoint().equals(before), RESUME);
    long more = files().reportsSoFar() + 20L + moments.nextInt(60);
    killWhen("report " + more, () -> files().reportsSoFar() >= more, RESUME);

    Ended resumed = Command.here(directory, RESUME);
    assertThat(resumed.results()).isEqualTo(undisturbed.results());
    assertThat(files().weights()).isEqualTo(loop.weights());
    assertThat(loop.reports()).containsAllEntriesOf(files().reports());
    assertThat(Command.here("run", "--resume", "--out", files().out().toString()).mistake())
        .isEqualTo("the run in " + files().out() + " is finished; there is nothing to resume");
  }

  @Test
  void aRunOfSubwordsThatWasKilledEndsWithTheSameBits() throws Exception {
    Path tokenizer =
        Path.of("../model/src/test/resources/fixtures/byte-level.tokenizer.json").toAbsolutePath();
    String[] trained = {
      "run", "--epochs=2", "--lanes=64", "--bptt=16", "--hidden=64", "--tokenizer=" + tokenizer
    };
    Command.here(directory, with(trained, "--plain-loop", "--out=loop"));
    String[] run = with(trained, "--port=0", "--checkpoint-interval=1");
    killWhen("checkpoint", () -> files().newestCheckpoint().isPresent(), run);
    Ended resumed = Command.here(directory, RESUME);
    assertThat(resumed.json().get("tokens_waiting").asLong()).isZero();
    assertThat(files().weights()).isEqualTo(new RunFiles(directory.resolve("loop")).weights());
  }

  private static String[] with(String[] arguments, String... more) {
    return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
  }

  private void killWhen(String what, Callable<Boolean> moment, String... arguments)
      throws Exception {
    try (Command command = Command.start(directory, arguments)) {
      command.awaitThat(moment, what);
    }
  }

  @Test
  void anEndlessRunStopsOnASignalAndGoesOn() throws Exception {
    String[] run = {"run", "--continuous", "--scores", "--hidden=8", "--lanes=8", "--port=0"};
    try (Command command = Command.start(directory, run)) {
      command.awaitLine("Results ");
      assertThat(stop(command, "INT")).isEmpty();
    }
    requireSettings();

    // As runs of before these were kept left them; then --scores is said again.
    change(
        settings ->
            settings.remove(
                List.of(
                    "machine",
                    "lineage",
                    "topic_prefix",
                    "scores",
                    "alerts",
                    "bytes",
                    "prequential",
                    "code_length")));
    String[] toldAgain = {"run", "--resume", "--scores", "--port=0", "--checkpoint-interval=1"};
    try (Command command = Command.start(directory, toldAgain)) {
      awaitMoreReports(command);
      assertThat(stop(command, "INT")).isEmpty();
    }
    long steps = goneOnFrom(0);

    // Of another machine. What shapes the job goes on without being said again.
    change(settings -> settings.withObject("/machine").put("instruction_set", "MMX"));
    try (Command command = Command.start(directory, RESUME)) {
      awaitMoreReports(command);
      Dashboard dashboard = Dashboard.of(command);
      command.awaitThat(() -> !dashboard.names("score").isEmpty(), "scores");
      assertThat(stop(command, "TERM"))
          .hasLineCount(1)
          .startsWith("flink-lm: warning: this run was last on another kind of machine (")
          .contains(", MMX, ", "here: " + HERE.toClause(), "last bits");
    }
    goneOnFrom(steps);
  }

  private void awaitMoreReports(Command command) throws Exception {
    long more = files().reportsSoFar() + 100;
    command.awaitThat(() -> files().reportsSoFar() >= more, "report " + more);
  }

  /** Requires more steps than there were, settings of this machine that score, and no gap. */
  private long goneOnFrom(long before) throws Exception {
    requireSettings();
    long steps = files().lastOfAllSteps();
    assertThat(steps).isGreaterThan(before + 50);
    return steps;
  }

  private void requireSettings() throws Exception {
    ObjectNode settings = (ObjectNode) JSON.readTree(files().settings().toFile());
    assertThat(JSON.treeToValue(settings.get("machine"), MachineKind.class)).isEqualTo(HERE);
    assertThat(settings.get("scores").asBoolean()).isTrue();
  }

  private void change(Consumer<ObjectNode> change) throws Exception {
    ObjectNode settings = (ObjectNode) JSON.readTree(files().settings().toFile());
    change.accept(settings);
    JSON.writeValue(files().settings().toFile(), settings);
  }

  /** Stops it and gives what it said besides the results. */
  private String stop(Command command, String signal) throws Exception {
    command.signal(signal);
    Ended ended = command.await();
    assertThat(ended.code()).as(ended.err()).isEqualTo(0);
    assertThat(ended.out())
        .endsWith(
            "Stopped; the last checkpoint is kept. Go on with:\n"
                + "  ./flink-lm run --resume --out "
                + files().out()
                + "\n");
    return ended.err();
  }

  @Test
  void whereNothingWasBegunNothingGoesOn() {
    String out = files().out().toString();
    assertThat(Command.here("run", "--resume", "--out", out).mistake())
        .isEqualTo("there is no run to resume in " + out + ": no run.json");
    assertThat(Command.here("train", "--resume", "--bootstrap=127.0.0.1:9", "--out", out).mistake())
        .isEqualTo("there is no run to resume in " + out + ": no run.json");
  }
}
