package io.flinklm.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Dashboard;
import io.flinklm.cli.fixture.LaneText;
import io.flinklm.cli.fixture.SteadyNumber;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.text.Corpus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One of three lanes is silent, and the job is stopped and goes on again and again. */
class SkewRestartsITCase {
  private static final int LANES = 3;
  private static final int BPTT = 250;
  private static final int TOKENS = 200_001;
  private static final int RESTARTS = 2;

  @TempDir private Path directory;

  @Test
  void whatWaitsDoesNotGrowWithRestarts() throws Exception {
    try (TestedKafka broker = TestedKafka.start(directory.resolve("kafka"))) {
      LaneText text = LaneText.create(broker.kafka(), LANES, BPTT);
      for (int lane = 0; lane < LANES; lane++) {
        text.write(lane, 0, 2 * BPTT + 1);
      }
      Path vocabulary = directory.resolve("words.txt");
      Files.write(vocabulary, Corpus.humanNumbers().tokenizer().toBytes());
      List<Long> waiting = new ArrayList<>();
      for (int restart = 0; restart <= RESTARTS; restart++) {
        String[] arguments =
            restart == 0
                ? text.train(
                    "--checkpoint-interval=1", "--export-every=0", "--vocabulary=" + vocabulary)
                : text.train("--resume");
        try (Command train = Command.start(directory, arguments)) {
          Dashboard dashboard = Dashboard.of(train);
          if (restart == 0) {
            train.awaitThat(() -> dashboard.number("step") == 2, "step 2");
            for (int lane = 0; lane < LANES - 1; lane++) {
              text.write(lane, 2 * BPTT + 1, TOKENS);
            }
          }
          waiting.add(steady(train, dashboard));
          train.signal("INT");
          assertThat(train.await().code()).isZero();
        }
      }
      assertThat(waiting).as("chunks that wait").containsOnly(waiting.get(0));
    }
  }

  /** How many chunks wait once no more is read. */
  private static long steady(Command train, Dashboard dashboard) throws Exception {
    SteadyNumber waiting = new SteadyNumber(() -> dashboard.number("chunksWaiting"));
    train.awaitThat(() -> waiting.isSteady() && waiting.last() > 2, "no more is read");
    return waiting.last();
  }
}
