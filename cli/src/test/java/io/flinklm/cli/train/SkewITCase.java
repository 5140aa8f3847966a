package io.flinklm.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import io.flinklm.cli.fixture.Dashboard;
import io.flinklm.cli.fixture.LaneText;
import io.flinklm.cli.fixture.ResidentMemory;
import io.flinklm.cli.fixture.SteadyNumber;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.text.Corpus;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two million tokens in eight lanes, each with a partition of its own. The last lane comes late,
 * after all that the others have. With {@code -Dflinklm.skew.lanes=2
 * -Dflinklm.skew.tokens=10000001} its delay is ten million tokens, and what the job's process takes
 * of the machine is printed; docs/decisions/0013 has what it said.
 */
class SkewITCase {
  private static final int LANES = Integer.getInteger("flinklm.skew.lanes", 8);
  private static final int BPTT = 250;
  private static final int TOKENS = Integer.getInteger("flinklm.skew.tokens", 250_001);
  private static final int STEPS = TOKENS / BPTT;

  // In tokens a lane: the most that alignment lets a lane be ahead of one that has not spoken, and
  // what is on its way when a partition is paused.
  private static final int AHEAD = 2 * 8_192;
  private static final int ON_THE_WAY = 25_000;

  @TempDir private Path directory;

  @Test
  void whatWaitsForADelayedLaneIsBounded() throws Exception {
    try (TestedKafka broker = TestedKafka.start(directory.resolve("kafka"))) {
      LaneText text = LaneText.create(broker.kafka(), LANES, BPTT);
      Path vocabulary = directory.resolve("words.txt");
      Files.write(vocabulary, Corpus.humanNumbers().tokenizer().toBytes());
      String[] arguments =
          text.train("--checkpoint-interval=1", "--export-every=0", "--vocabulary=" + vocabulary);
      try (Command train = Command.start(directory, arguments)) {
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
        goOn(train, dashboard, 1, 4);
        requireBounded(train, dashboard, (half - 1) / BPTT);
        text.write(LANES - 1, half, TOKENS);
        goOn(train, dashboard, 6, 9);
        train.awaitThat(() -> dashboard.number("step") == STEPS, "step " + STEPS);
        assertThat(dashboard.number("chunksWaiting")).isZero();
        say(train, dashboard, "all text trained");

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
    SteadyNumber waiting = new SteadyNumber(() -> dashboard.number("chunksWaiting"));
    train.awaitThat(
        () ->
            waiting.isSteady()
                && waiting.last() > 0
                && dashboard.number("step") == step
                && dashboard.gauge("namesOfLanesAwaited").equals("" + (LANES - 1)),
        "the last lane at step " + step);
    assertThat(waiting.last()).isLessThan((LANES - 1L) * (AHEAD + ON_THE_WAY) / BPTT);
    say(train, dashboard, "the last lane awaited");
  }

  private static void goOn(Command train, Dashboard dashboard, int from, int to) throws Exception {
    for (int tenth = from; tenth <= to; tenth++) {
      int step = (int) (STEPS * (long) tenth / 10);
      train.awaitThat(() -> dashboard.number("step") >= step, "step " + step);
      say(train, dashboard, "training");
    }
  }

  private static void say(Command train, Dashboard dashboard, String when) throws Exception {
    System.out.printf(
        "step %,7d, %,5d chunks waiting, %,4d MiB resident: %s%n",
        dashboard.number("step"),
        dashboard.number("chunksWaiting"),
        ResidentMemory.kibibytes(train.process().pid()) / 1024,
        when);
  }
}
