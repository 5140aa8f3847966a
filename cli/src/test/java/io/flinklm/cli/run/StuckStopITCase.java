package io.flinklm.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import io.flinklm.cli.fixture.RunFiles;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run ends when it is told to, also where what it waits for neither answers nor refuses. */
class StuckStopITCase {
  private static final int KILLED = 130;

  @TempDir private Path directory;
  private Command broker;

  @BeforeEach
  void startBroker() throws Exception {
    broker = Command.start(directory, "broker", "--port=0", "--out=broker");
  }

  @AfterEach
  void killBroker() throws Exception {
    broker.close();
  }

  @Test
  void theFirstSignalEndsItWhenItsTimeIsOver() throws Exception {
    try (Command command = run(List.of("-Dflinklm.stop.seconds=4"))) {
      broker.signal("STOP");
      command.signal("TERM");
      Ended ended = command.await(20);
      assertThat(ended.code()).as(ended.out() + ended.err()).isEqualTo(KILLED);
      assertThat(ended.err())
          .isEqualTo(
              "flink-lm: it did not stop within 4 s and ends where it is; the last checkpoint is"
                  + " kept. Go on with ./flink-lm run --resume --out "
                  + files().out()
                  + "\n");
    }
    broker.signal("CONT");
    try (Command resumed = Command.start(directory, "run", "--resume", "--port=0")) {
      awaitMoreReports(resumed);
      resumed.signal("TERM");
      Ended ended = resumed.await();
      assertThat(ended.code()).as(ended.out() + ended.err()).isZero();
    }
  }

  @Test
  void theSecondSignalEndsItAtOnce() throws Exception {
    try (Command command = run(List.of())) {
      broker.signal("STOP");
      command.signal("TERM");
      Thread.sleep(2_000);
      assertThat(command.process().isAlive()).isTrue();
      command.signal("TERM");
      assertThat(command.await(5).code()).isEqualTo(KILLED);
    }
  }

  /** A run that has taken some steps, which ends no sooner than it is told to. */
  private Command run(List<String> jvm) throws Exception {
    String address = broker.awaitLine("Kafka ").split(" ", -1)[0];
    Command command =
        Command.startWith(
            jvm,
            directory,
            "run",
            "--continuous",
            "--hidden=8",
            "--lanes=8",
            "--port=0",
            "--checkpoint-interval=1",
            "--bootstrap=" + address);
    awaitMoreReports(command);
    return command;
  }

  private void awaitMoreReports(Command command) throws Exception {
    long more = files().reportsSoFar() + 50;
    command.awaitThat(() -> files().reportsSoFar() >= more, "report " + more);
  }

  private RunFiles files() {
    return new RunFiles(directory.resolve("out"));
  }
}
