package io.flinklm.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import io.flinklm.train.Report;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code find-lr} tries learning rates with the training's own steps. */
class FindLrITCase {
  private static final List<String> SMALL = List.of("--hidden=16", "--momentum=0.8");

  @TempDir private Path directory;

  private Ended ended(String command, String... more) {
    return Command.here(
        directory,
        Stream.of(Stream.of(command), SMALL.stream(), Stream.of(more))
            .flatMap(arguments -> arguments)
            .toArray(String[]::new));
  }

  private List<Report> steps(String out, String file) {
    return MetricsFile.read(directory.resolve(out).resolve(file)).stream()
        .filter(report -> report instanceof Report.Step && report.split().equals("train"))
        .toList();
  }

  @Test
  void itsFilesAreThereAndItSuggestsARate() throws Exception {
    Ended found = ended("find-lr", "--steps=60", "--from=1e-4", "--json");

    ObjectNode result = found.json();
    assertThat(result.get("learning_rate").asDouble()).isBetween(1e-4, 0.1);
    assertThat(found.out())
        .contains("Expected   4,862 parameters, about ", " MiB of memory, about ", " tokens/s\n")
        .contains("Suggested  --learning-rate 0.0");
    List<Report> steps = steps("out", "find-lr.jsonl");
    assertThat(steps).hasSize(result.get("steps").asInt());
    assertThat(steps.get(0).numbers().learningRate()).isEqualTo(1e-4);
    assertThat(ImageIO.read(directory.resolve("out/find-lr.png").toFile()).getWidth())
        .isEqualTo(900);
  }

  /** The rate hardly rises, so that the steps are those of a run whose rate does not. */
  @Test
  void itsStepsAreThoseOfARun() {
    assertThat(ended("find-lr", "--from=0.003", "--to=0.0030000001", "--steps=20").code()).isZero();
    Ended run =
        ended(
            "run",
            "--plain-loop",
            "--epochs=1",
            "--learning-rate=0.003",
            "--schedule=constant",
            "--warm-up=0",
            "--out=run");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("Expected   4,862");
    List<Report> found = steps("out", "find-lr.jsonl");
    List<Report> constant = steps("run", "metrics.jsonl").subList(0, 20);
    assertThat(found)
        .zipSatisfy(
            constant,
            (there, here) -> {
              assertThat(there.step()).isEqualTo(here.step());
              assertThat(there.loss()).isCloseTo(here.loss(), within(1e-5));
            });
  }

  @Test
  void aShortTextBeginsAnew() throws Exception {
    Path corpus =
        Files.writeString(directory.resolve("corpus.txt"), "one two three . ".repeat(100));

    Ended found = ended("find-lr", "--corpus=" + corpus, "--lanes=8", "--bptt=8", "--steps=13");

    assertThat(found.code()).as(found.err()).isZero();
    List<Report> steps = steps("out", "find-lr.jsonl");
    assertThat(steps.stream().map(Report::step)).last().isEqualTo(13L);
    assertThat(steps.stream().map(Report::epoch).distinct()).containsExactly(0, 1, 2, 3);
  }

  @Test
  void whatFitsNoMachineIsRefusedWithinASecond() {
    // Loads what any command loads.
    Command.here(directory, "run", "--lanes=-1").mistake();
    long start = System.nanoTime();

    String mistake = Command.here(directory, "run", "--hidden=100000").mistake();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    assertThat(mistake)
        .startsWith("the model has 160,004,600,030 parameters and 30 words in its vocabulary: ")
        .contains("its training needs about ", " GiB of memory, and this machine has ")
        .endsWith(" would fit");
  }
}
