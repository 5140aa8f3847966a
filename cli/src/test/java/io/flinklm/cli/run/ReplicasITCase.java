package io.flinklm.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.RunFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replicas hear each other through Kafka: on any number of subtasks the bits are the loop's. */
class ReplicasITCase {
  private static final List<String> ON_LANES = List.of("--epochs=6", "--round=5", "--shards=2");
  private static final List<String> ON_STREAMS =
      List.of(
          "--streams",
          "--tokenizer=bytes",
          "--hidden=16",
          "--bptt=16",
          "--batch=8",
          "--batch-timeout=2s",
          "--stream-ttl=30s",
          "--round=3",
          "--state-backend=rocksdb");

  private static final boolean KILLED = false;

  /** With a savepoint, wherever it is in its round. */
  private static final boolean STOPPED = true;

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void killedAndGoneOnWithOnAnotherNumberOfSubtasksTheyEndAsTheLoop(boolean streams)
      throws Exception {
    List<String> training = new ArrayList<>(streams ? ON_STREAMS : ON_LANES);
    if (streams) {
      training.add("--corpus=" + directory.resolve("corpus.jsonl"));
      StreamsITCase.corpus(directory, StreamsITCase.lines(4_000));
    }
    Command.here(directory, run(training, "--plain-loop", "--out=loop"));
    RunFiles loop = new RunFiles(directory.resolve("loop"));
    RunFiles files = new RunFiles(directory.resolve("out"));

    goOn(
        files,
        KILLED,
        run(training, "--train-parallelism=4", "--port=0", "--checkpoint-interval=1"));
    goOn(files, STOPPED, resume(2));
    goOn(files, KILLED, resume(1));
    Command.here(directory, resume(4));

    assertThat(files.weights()).isEqualTo(loop.weights());
    assertThat(loop.reports()).containsAllEntriesOf(files.reports());
  }

  /** Runs behind its next checkpoint and some reports more, and ends it. */
  private void goOn(RunFiles files, boolean stopped, String... command) throws Exception {
    var before = files.newestCheckpoint();
    try (Command run = Command.start(directory, command)) {
      run.awaitThat(() -> !files.newestCheckpoint().equals(before), "a checkpoint");
      long more = files.reportsSoFar() + 7;
      run.awaitThat(() -> files.reportsSoFar() >= more, "report " + more);
      if (stopped) {
        run.signal("INT");
        assertThat(run.await().code()).isZero();
      }
    }
  }

  private static String[] run(List<String> training, String... more) {
    List<String> arguments = new ArrayList<>(List.of("run", "--json", "--replicas=4"));
    arguments.addAll(training);
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
