package io.flinklm.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Dashboard;
import io.flinklm.cli.fixture.LaneText;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.text.Corpus;
import io.flinklm.train.Hyperparameters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that goes on learns in another way if it is told so, from that step on. */
class ChangedLearningITCase {
  private static final int LANES = 2;
  private static final int BPTT = 5;
  private static final int BEFORE = 8;
  private static final int ALL = 20;
  private static final Hyperparameters THEN =
      new Hyperparameters(
          0.02, null, 4L, null, null, null, null, null, null, null, null, null, null, null);

  @TempDir private Path directory;

  @Test
  void itsBitsAreThoseOfTheTwoLearningsBehindEachOther() throws Exception {
    try (TestedKafka broker = TestedKafka.start(directory.resolve("kafka"))) {
      LaneText text = LaneText.create(broker.kafka(), LANES, BPTT);
      Path vocabulary = directory.resolve("words.txt");
      Files.write(vocabulary, Corpus.humanNumbers().tokenizer().toBytes());
      train(text, BEFORE, 0, "--vocabulary=" + vocabulary);

      String mistake =
          Command.here(directory, text.train("--resume", "--dropout=0.1", "--out=out")).mistake();
      assertThat(mistake).startsWith("a run that goes on keeps its dropouts and the width");

      assertThat(
              Command.here(directory, text.train("--resume", "--shards=2", "--out=out")).mistake())
          .isEqualTo("a run that goes on keeps its shards: leave out --shards, or give 1");

      assertThat(
              Command.here(directory, text.train("--resume", "--replicas=2", "--out=out"))
                  .mistake())
          .isEqualTo("a run that goes on keeps its replicas: leave out --replicas, or give 1");

      train(text, ALL, BEFORE, "--resume", "--learning-rate=0.02", "--warm-up=4");
      String weights = of("config.json", "/weights_sha256");
      assertThat(weights).isEqualTo(text.weightsAfter(ALL, BEFORE, THEN));
      assertThat(weights).isNotEqualTo(text.weightsAfter(ALL));
      assertThat(of("run.json", "/model/hyperparameters/learning_rate")).isEqualTo("0.02");
      assertThat(of("models/latest/card.json", "/hyperparameters/learning_rate")).isEqualTo("0.02");
    }
  }

  /** Trains up to a step, and stops as Ctrl-C does. */
  private void train(LaneText text, int to, int from, String... more) throws Exception {
    List<String> options = new ArrayList<>(List.of(more));
    options.addAll(List.of("--checkpoint-interval=1", "--export-every=0"));
    String[] arguments = text.train(options.toArray(String[]::new));
    try (Command train = Command.start(directory, arguments)) {
      Dashboard dashboard = Dashboard.of(train);
      for (int lane = 0; lane < LANES; lane++) {
        text.write(lane, from == 0 ? 0 : from * BPTT + 1, to * BPTT + 1);
      }
      train.awaitThat(() -> dashboard.number("step") == to, "step " + to);
      train.signal("INT");
      assertThat(train.await().code()).isZero();
    }
  }

  private String of(String file, String place) throws Exception {
    return new JsonMapper()
        .readTree(directory.resolve("out").resolve(file).toFile())
        .at(place)
        .asText();
  }
}
