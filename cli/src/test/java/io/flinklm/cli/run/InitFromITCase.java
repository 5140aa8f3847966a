package io.flinklm.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import io.flinklm.cli.fixture.RunFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training that starts from the weights of another one. */
class InitFromITCase {
  private static final String[] SMALL = {"--lanes=8", "--hidden=8", "--epochs=1", "--json"};

  @TempDir private static Path directory;

  @BeforeAll
  static void train() throws Exception {
    results("--plain-loop", "--out=first");
    results("--plain-loop", "--out=loop", "--init-from=" + directory.resolve("first"));
  }

  private static ObjectNode results(String... options) throws Exception {
    List<String> all = new ArrayList<>(List.of("run"));
    all.addAll(Arrays.asList(SMALL));
    all.addAll(Arrays.asList(options));
    return Command.here(directory, all.toArray(String[]::new)).results();
  }

  private static byte[] weights(String out) throws Exception {
    return new RunFiles(directory.resolve(out)).weights();
  }

  @Test
  void goesOnFromThereInTheStreamAsInThePlainLoop() throws Exception {
    ObjectNode second =
        results("--port=0", "--out=stream", "--init-from=" + directory.resolve("first"));

    assertThat(weights("stream")).isEqualTo(weights("loop")).isNotEqualTo(weights("first"));
    ObjectNode first = results("--plain-loop", "--out=again");
    assertThat(weights("again")).isEqualTo(weights("first"));
    assertThat(second.get("train_loss").asDouble()).isLessThan(first.get("train_loss").asDouble());
    assertThat(second.get("steps")).isEqualTo(first.get("steps"));
  }

  @Test
  void theModelMayLieWhereTheResultsGo() throws Exception {
    results("--plain-loop", "--out=same");
    results("--port=0", "--out=same", "--init-from=" + directory.resolve("same"));
    assertThat(weights("same")).isEqualTo(weights("loop"));
  }

  @Test
  void aRunKilledBeforeItsFirstCheckpointStartsThereAgain() throws Exception {
    RunFiles files = new RunFiles(directory.resolve("killed"));
    List<String> run = new ArrayList<>(List.of("run", "--port=0", "--out=killed"));
    run.addAll(Arrays.asList(SMALL));
    run.add("--init-from=first");
    try (Command command = Command.start(directory, run.toArray(String[]::new))) {
      command.awaitThat(files::areResumable, "the settings");
    }
    Ended resumed =
        Command.here(directory, "run", "--resume", "--out=killed", "--port=0", "--json");
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(weights("killed")).isEqualTo(weights("loop"));
  }

  @Test
  void anotherModelShapeOrVocabularyIsRefusedByName() throws Exception {
    String first = directory.resolve("first").toString();
    Files.writeString(directory.resolve("other.txt"), "a b c d ".repeat(500));
    assertThat(mistake("--hidden=8", "--model=gru"))
        .contains("model: expected gru, found lmmodel7");
    assertThat(mistake("--hidden=16")).contains("hidden: expected 16, found 8");
    assertThat(mistake("--hidden=8", "--layers=1")).contains("layers: expected 1, found 2");
    assertThat(mistake("--hidden=8", "--corpus=" + directory.resolve("other.txt")))
        .startsWith(
            "the model in " + first + " does not fit: vocabulary: expected words, 4 tokens");
  }

  @Test
  void aDamagedOrMissingModelIsRefusedAndFormerResultsStay() throws Exception {
    results("--plain-loop", "--out=former");
    Path damaged = Files.createDirectories(directory.resolve("damaged"));
    for (String file : List.of("config.json", "vocabulary.txt", "model.safetensors")) {
      Files.copy(directory.resolve("first").resolve(file), damaged.resolve(file));
    }
    Path file = damaged.resolve("model.safetensors");
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 3000));
    assertThat(here("--init-from=" + damaged)).contains(file.toString());
    assertThat(here("--init-from=" + directory.resolve("nowhere")))
        .startsWith("there is no model in " + directory.resolve("nowhere"));
    assertThat(here("--resume", "--init-from=" + damaged))
        .isEqualTo(
            "--resume goes on from the state of the run: leave out --init-from, or --resume");
    assertThat(weights("former")).isEqualTo(weights("first"));
  }

  private static String mistake(String... options) {
    List<String> all = new ArrayList<>(List.of("--init-from=" + directory.resolve("first")));
    all.addAll(Arrays.asList(options));
    return here(all.toArray(String[]::new));
  }

  private static String here(String... options) {
    List<String> all = new ArrayList<>(List.of("run", "--lanes=8", "--port=0"));
    all.add("--out=" + directory.resolve("former"));
    all.addAll(Arrays.asList(options));
    return Command.here(all.toArray(String[]::new)).mistake();
  }
}
