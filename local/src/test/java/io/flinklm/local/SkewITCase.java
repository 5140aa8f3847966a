package io.flinklm.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flinklm.local.Command.Ended;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two million tokens in eight lanes, each with a partition of its own. Seven are written at once,
 * the last one comes late.
 */
class SkewITCase {
  private static final int LANES = 8;
  private static final int BPTT = 250;
  private static final int TOKENS = 250_001;
  private static final int STEPS = TOKENS / BPTT;

  // In tokens a lane: the most that alignment lets a lane be ahead of one that has not spoken, and
  // what is on its way when a partition is paused.
  private static final int AHEAD = 2 * 65_536;
  private static final int ON_THE_WAY = 25_000;

  @TempDir private Path directory;

  @Test
  void whatWaitsForADelayedLaneIsBounded() throws Exception {
    try (Broker broker = Broker.start(directory.resolve("kafka"), 0)) {
      LaneText text = LaneText.create(broker, LANES, BPTT);
      try (Command train = Command.start(directory, text.train("--checkpoint-interval=1"))) {
        Dashboard dashboard = Dashboard.of(train);
        // Flink needs a moment to know how far the partitions are.
        int begin = 2 * BPTT + 1;
        for (int lane = 0; lane < LANES - 1; lane++) {
          text.write(lane, 0, begin);
        }
        requireBounded(train, dashboard, 0);
        for (int lane = 0; lane < LANES - 1; lane++) {
          text.write(lane, begin, TOKENS);
        }
        requireBounded(train, dashboard, 0);
        int half = TOKENS / 2;
        text.write(LANES - 1, 0, half);
        requireBounded(train, dashboard, (half - 1) / BPTT);
        text.write(LANES - 1, half, TOKENS);
        train.awaitThat(() -> dashboard.number("step") == STEPS, "step " + STEPS);
        assertThat(dashboard.number("chunksWaiting")).isZero();

        train.signal("INT");
        Ended ended = train.await();
        assertThat(ended.code()).as(ended.err()).isEqualTo(0);
      }
      assertThat(
              new JsonMapper()
                  .readTree(directory.resolve("out/config.json").toFile())
                  .get("weights_sha256")
                  .asText())
          .isEqualTo(text.weightsAfter(STEPS));
    }
  }

  /** Waits until only the last lane is awaited and no more is read of the others. */
  private static void requireBounded(Command train, Dashboard dashboard, int step)
      throws Exception {
    train.awaitThat(
        () -> {
          long before = dashboard.number("chunksWaiting");
          TimeUnit.SECONDS.sleep(3);
          return before > 0
              && dashboard.number("chunksWaiting") == before
              && dashboard.number("step") == step
              && dashboard.gauge("awaitedLanes").equals("7");
        },
        "lane 7 at step " + step);
    assertThat(dashboard.number("chunksWaiting"))
        .isLessThan((LANES - 1L) * (AHEAD + ON_THE_WAY) / BPTT);
  }
}
