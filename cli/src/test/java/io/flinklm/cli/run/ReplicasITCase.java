package io.flinklm.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.RunFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replicas hear each other through Kafka: on any number of subtasks the bits are the loop's. */
class ReplicasITCase {
  private static final List<String> FOUR =
      List.of("--epochs=6", "--replicas=4", "--round=5", "--shards=2");

  @TempDir private Path directory;

  @Test
  void killedAndGoneOnWithOnAnotherNumberOfSubtasksTheyEndAsTheLoop() throws Exception {
    Command.here(directory, run("--plain-loop", "--out=loop"));
    RunFiles loop = new RunFiles(directory.resolve("loop"));
    RunFiles files = new RunFiles(directory.resolve("out"));

    goOn(files, run("--train-parallelism=4", "--port=0", "--checkpoint-interval=1"));
    for (int parallelism : new int[] {2, 1}) {
      goOn(files, resume(parallelism));
    }
    Command.here(directory, resume(3));

    assertThat(files.weights()).isEqualTo(loop.weights());
    assertThat(loop.reports()).containsAllEntriesOf(files.reports());
  }

  /** Runs behind its next checkpoint and some reports more, and kills it. */
  private void goOn(RunFiles files, String... command) throws Exception {
    var before = files.newestCheckpoint();
    try (Command run = Command.start(directory, command)) {
      run.awaitThat(() -> !files.newestCheckpoint().equals(before), "a checkpoint");
      long more = files.reportsSoFar() + 7;
      run.awaitThat(() -> files.reportsSoFar() >= more, "report " + more);
    }
  }

  private static String[] run(String... more) {
    List<String> arguments = new ArrayList<>(List.of("run", "--json"));
    arguments.addAll(FOUR);
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private static String[] resume(int parallelism) {
    return new String[] {
      "run",
      "--resume",
      "--json",
      "--port=0",
      "--checkpoint-interval=1",
      "--train-parallelism=" + parallelism
    };
  }
}
