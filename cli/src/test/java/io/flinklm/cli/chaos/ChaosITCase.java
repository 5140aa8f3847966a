package io.flinklm.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import io.flinklm.cli.fixture.Successors;
import io.flinklm.cli.fixture.Successors.Left;
import io.flinklm.local.kafka.TestedKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The short form of {@code chaos}: TaskManagers and Kafka of a real cluster are killed, and the
 * training ends with the same bits. What it leaves is in no other command's way.
 */
class ChaosITCase {
  private static final long PATIENCE_SECONDS = 480;

  @TempDir private Path directory;

  @Test
  void killedAnywhereTheTrainingEndsWithTheSameBits() throws Exception {
    try (Command command =
        Command.start(
            directory, "chaos", "--kills=3", "--broker-kills=1", "--epochs=3", "--shards=2")) {
      Ended ended = command.await(PATIENCE_SECONDS);
      assertThat(ended.code()).as(ended.out() + ended.err()).isZero();
      assertThat(ended.out()).contains("The same: weights, hidden states, step, counters");
      assertThat(kills(ended, "TaskManager +(mid|right).*")).isEqualTo(3);
      assertThat(kills(ended, "Kafka +mid-step.*")).isEqualTo(1);
      assertThat(ended.out()).contains("mid-step", "right after a restore", "mid-checkpoint");
      assertThat(ended.err()).isEmpty();
    }
    try (TestedKafka kafka = TestedKafka.start(directory.resolve("elsewhere"))) {
      Path out = directory.resolve("out");
      // A model is there if a checkpoint with one was completed before a kill.
      Left left = Files.exists(out.resolve("models/latest")) ? Left.MODEL : Left.NOTHING;
      Successors.on(kafka, directory.resolve("copies")).requireAll("chaos", out, left, 64);
    }
  }

  private static long kills(Ended ended, String row) {
    return Arrays.stream(ended.out().split("\n")).filter(line -> line.matches(row)).count();
  }
}
