package io.flinklm.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import io.flinklm.cli.fixture.Dashboard;
import io.flinklm.cli.fixture.LaneText;
import io.flinklm.cli.run.MetricsFile;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.text.Corpus;
import io.flinklm.train.Report;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Four lanes, of which one falls silent: training stops, or goes on without it if told to. */
class SilentLaneITCase {
  private static final int BPTT = 8;
  private static final int SILENT = 3;

  @TempDir private Path directory;
  private final int[] written = new int[4];
  private LaneText text;

  @Test
  void aSilentLaneStopsTrainingUnlessItHasATimeout() throws Exception {
    try (TestedKafka broker = TestedKafka.start(directory.resolve("kafka"))) {
      text = LaneText.create(broker.kafka(), 4, BPTT);
      Path vocabulary = directory.resolve("words.txt");
      Files.write(vocabulary, Corpus.humanNumbers().tokenizer().toBytes());
      String[] first = text.train("--stall-warning=1s", "--vocabulary=" + vocabulary);
      try (Command train = Command.start(directory, first)) {
        Dashboard dashboard = Dashboard.of(train);
        write(5, 0, 1, 2, SILENT);
        train.awaitThat(() -> dashboard.number("step") == 5, "step 5");
        write(10, 0, 1, 2);
        train.awaitThat(
            () ->
                dashboard.gauge("namesOfLanesAwaited").equals("3")
                    && dashboard.number("chunksWaiting") == 15,
            "lane 3");
        assertThat(dashboard.number("step")).isEqualTo(5);
        assertThat(train.awaitLine("Training has stood for "))
            .matches("[0-9]+ s: 15 chunks wait for text of lane 3");
        assertThat(dashboard.number("stalledSeconds")).isPositive();
        assertThat(stop(train)).doesNotContain("--lane-timeout");
      }
      String[] resume = text.train("--resume", "--lane-timeout=1s");
      try (Command train = Command.start(directory, resume)) {
        Dashboard dashboard = Dashboard.of(train);
        train.awaitThat(
            () -> dashboard.gauge("namesOfLanesLeftOut").equals("3"), "left out lane 3");
        train.awaitThat(() -> dashboard.number("step") == 10, "step 10");
        write(12, 0, 1, 2);
        train.awaitThat(() -> dashboard.number("step") == 12, "step 12");

        write(12, SILENT);
        train.awaitThat(() -> dashboard.number("chunksWaiting") == 7, "late text of lane 3");
        train.awaitThat(() -> dashboard.number("lanesLeftOut") == 0, "lane 3 taken back");
        assertThat(dashboard.number("step")).as("no step of lane 3 alone").isEqualTo(12);
        write(15, 0, 1, 2, SILENT);
        train.awaitThat(() -> dashboard.number("step") == 15, "steps of all lanes");
        train.awaitThat(() -> dashboard.number("chunksWaiting") == 7, "lane 3 seven behind");
        assertThat(stop(train)).contains(" --resume --lane-timeout 1s --out ");
      }
    }
    assertThat(steps()).hasSize(15);
    assertThat(steps().subList(5, 12)).allMatch(step -> step.laneCount() == 3);
    assertThat(steps().subList(12, 15))
        .as("its late text rides")
        .allMatch(step -> step.laneCount() == 4)
        .extracting(Report::index)
        .containsExactly(12, 13, 14);
    assertThat(Files.readString(directory.resolve("out/flink-lm.log")))
        .containsPattern("training has stood for [0-9]+ s: [0-9]+ chunks wait for text of lane 3")
        .containsOnlyOnce("left out until it has caught up: lane 3, silent for 1000 ms")
        .containsOnlyOnce("taken back, since it has caught up: lane 3, epoch 0 train, chunk 11");
  }

  /** Completes windows up to a number of them. */
  private void write(int windows, int... lanes) throws Exception {
    for (int lane : lanes) {
      int to = windows * BPTT + 1;
      text.write(lane, written[lane], to);
      written[lane] = to;
    }
  }

  /** Stops it as Ctrl-C does; gives the command that it names to go on with. */
  private static String stop(Command train) throws Exception {
    train.signal("INT");
    Ended ended = train.await();
    assertThat(ended.code()).as(ended.err()).isEqualTo(0);
    List<String> lines = ended.out().lines().toList();
    return lines.get(lines.size() - 1);
  }

  private List<Report> steps() throws Exception {
    Map<Long, Report> steps = new TreeMap<>();
    for (Report report : MetricsFile.read(directory.resolve("out/metrics.jsonl"))) {
      if (report instanceof Report.Step) {
        steps.put(report.step(), report);
      }
    }
    return List.copyOf(steps.values());
  }
}
