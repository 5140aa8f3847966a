package io.flinklm.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.FlinkLm;
import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import io.flinklm.cli.fixture.Successors;
import io.flinklm.cli.fixture.Successors.Left;
import io.flinklm.local.kafka.TestedKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Every pair of README's commands works in one directory, as a person tries them: none says where
 * its results go, and none is in the way of the next.
 *
 * <p>A command can be in another's way only by what it leaves where the other one looks. So the
 * commands fall into a few kinds by where they write, and {@link
 * #eachCommandWritesInOneOfThreePlaces} lists all commands that do. What writes nowhere, or alone
 * in a place of its own ({@code reproduce}, {@code broker}), is in nobody's way, and nobody is in
 * its way. {@code bench}, {@code bench growth} and {@code find-lr} share {@code out} with the
 * trainings but no file of theirs: the names are in {@link BenchITCase} and FindLrITCase. Left are
 * those that begin a training in {@code out} or read one there. Each is called for real on a copy
 * of what each of the others leaves. In a row of all, one after the other, the first would hide
 * what the later ones find: {@code run.json}, by which a directory is that of a training.
 *
 * <p>Elsewhere are {@code chaos} as the first of two (ChaosITCase) and {@code run --resume} behind
 * {@code run --continuous} (ResumeITCase). {@code run --continuous} begins as {@code run} does.
 */
class EveryPairITCase {
  private static final List<String> MEASURED =
      Stream.concat(BenchITCase.LEFT.stream(), Stream.of("find-lr.jsonl", "find-lr.png")).toList();

  @TempDir private Path directory;

  @Test
  void eachBeginsWhereAnotherHasBeen() throws Exception {
    try (TestedKafka kafka = TestedKafka.start(directory.resolve("elsewhere"))) {
      Successors successors = Successors.on(kafka, directory.resolve("copies"));
      String bootstrap = "--bootstrap=" + kafka.address();

      Path out = after("run", "--epochs=1", "--hidden=8", "--port=0");
      successors.requireAll("run", out, Left.FINISHED, 8);
      out = after("run", "--plain-loop", "--epochs=1", "--hidden=8");
      successors.requireAll("run --plain-loop", out, Left.MODEL, 8);
      out = after("train", bootstrap, "--hidden=8", "--bounded", "--port=0");
      successors.requireAll("train", out, Left.FINISHED, 8);
      successors.requireAll("broker and bench", afterBrokerAndBench(), Left.NOTHING, 8);
      successors.requireAll("run --continuous, killed", afterKill(), Left.UNFINISHED, 8);
    }
  }

  private Path after(String... command) throws Exception {
    Path first = Files.createTempDirectory(directory, "first-");
    Ended ended = Command.here(first, command);
    assertThat(ended.code()).as("%s: %s", String.join(" ", command), ended.err()).isZero();
    Path out = first.resolve("out");
    for (String file : MEASURED) {
      assertThat(out.resolve(file)).doesNotExist();
    }
    return out;
  }

  private Path afterBrokerAndBench() throws Exception {
    try (Command broker = Command.start(directory, "broker", "--port=0")) {
      broker.awaitLine("Kafka ");
      broker.signal("INT");
      assertThat(broker.await().code()).isZero();
    }
    Path out = directory.resolve("out");
    assertThat(out).isDirectoryContaining("glob:**/broker");
    for (String file : MEASURED) {
      Files.createFile(out.resolve(file));
    }
    return out;
  }

  private Path afterKill() throws Exception {
    Path first = Files.createTempDirectory(directory, "first-");
    Path out = first.resolve("out");
    String[] command = {
      "run", "--continuous", "--hidden=8", "--port=0", "--checkpoint-interval=1", "--export-every=0"
    };
    try (Command run = Command.start(first, command)) {
      run.awaitThat(() -> Files.exists(out.resolve("models/latest/config.json")), "a model");
    }
    return out;
  }

  @Test
  void eachCommandWritesInOneOfThreePlaces() {
    Map<String, String> places = new TreeMap<>();
    addPlaces("", FlinkLm.commandLine(), places);
    assertThat(places)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "run", "out",
                "train", "out",
                "chaos", "out",
                "bench", "out",
                "bench growth", "out",
                "find-lr", "out",
                "broker", "out/broker",
                "reproduce", "docs/results"));
  }

  private static void addPlaces(String name, CommandLine command, Map<String, String> places) {
    OptionSpec out = command.getCommandSpec().findOption("--out");
    if (out != null) {
      places.put(name.strip(), out.defaultValue());
    }
    command.getSubcommands().forEach((sub, line) -> addPlaces(name + " " + sub, line, places));
  }
}
