package io.flinklm.cli.run;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.RunFiles;
import io.flinklm.text.WordTokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run does not go on from a checkpoint that is not its own; as it was, it goes on. */
class RefusedCheckpointITCase {
  private static final String[] RESUME = {"run", "--resume", "--port=0", "--checkpoint-interval=1"};

  @TempDir private Path directory;

  @BeforeEach
  void runToACheckpoint() throws Exception {
    String[] run = {
      "run", "--continuous", "--hidden=8", "--lanes=8", "--port=0", "--checkpoint-interval=1"
    };
    try (Command command = Command.start(directory, run)) {
      command.awaitThat(() -> files().reportsSoFar() >= 50, "report 50");
      command.signal("TERM");
      assertThat(command.await().code()).isEqualTo(0);
    }
  }

  private RunFiles files() {
    return new RunFiles(directory.resolve("out"));
  }

  @Test
  void aCheckpointThatDoesNotFitIsRefusedAndNothingIsLost() throws Exception {
    anotherVocabularyIsRefused();
    anotherModelIsRefused();
    aDamagedCheckpointIsRefused();

    assertThat(deadLetters()).isZero();
    long before = files().reportsSoFar();
    try (Command command = Command.start(directory, RESUME)) {
      command.awaitThat(() -> files().reportsSoFar() >= before + 50, "50 reports more");
      command.signal("TERM");
      assertThat(command.await().code()).isEqualTo(0);
    }
    assertThat(files().lastOfAllSteps()).isGreaterThan(before / 2);
  }

  private void anotherVocabularyIsRefused() throws Exception {
    Path file = files().out().resolve("vocabulary.txt");
    byte[] kept = Files.readAllBytes(file);
    List<String> words = new ArrayList<>(Files.readAllLines(file));
    Collections.replaceAll(words, "thousand", "million");
    Files.write(file, words);

    assertThat(refusal())
        .contains(
            "another vocabulary (fingerprint): expected "
                + WordTokenizer.of(words).fingerprint()
                + ", found ");
    Files.write(file, kept);
  }

  private void anotherModelIsRefused() throws Exception {
    Path file = files().out().resolve("run.json");
    String kept = Files.readString(file);
    Files.writeString(file, kept.replace("\"hidden\" : 8", "\"hidden\" : 9"));

    assertThat(refusal())
        .contains(
            "the training state is of another configuration: expected lmmodel7 with"
                + " vocabulary 30, hidden 9,",
            ", found lmmodel7 with vocabulary 30, hidden 8,");
    Files.writeString(file, kept);
  }

  private void aDamagedCheckpointIsRefused() throws Exception {
    Path file = withTheTraining();
    byte[] kept = Files.readAllBytes(file);
    byte[] damaged = kept.clone();
    damaged[new String(kept, ISO_8859_1).indexOf("TRAN") + 1000] ^= 1;
    Files.write(file, damaged);

    assertThat(refusal()).contains("TRAN: the checksum does not match; the bytes are damaged");
    Files.write(file, kept);
  }

  /** What the command says that cannot go on, without what every such line has. */
  private String refusal() throws Exception {
    String mistake = Command.here(directory, RESUME).mistake();
    String beginning = "the run in " + files().out() + " cannot go on from its checkpoint: ";
    String end = "; it needs the checkpoint, run.json and vocabulary.txt as it left them";
    assertThat(mistake).startsWith(beginning).endsWith(end);
    return mistake.substring(beginning.length(), mistake.length() - end.length());
  }

  /** The file of the newest checkpoint that holds the weights. */
  private Path withTheTraining() throws Exception {
    try (Stream<Path> all = Files.list(files().newestCheckpoint().orElseThrow())) {
      for (Path file : all.toList()) {
        if (new String(Files.readAllBytes(file), ISO_8859_1).contains("TRAN")) {
          return file;
        }
      }
    }
    throw new AssertionError("no weights in the newest checkpoint");
  }

  /** Bytes in the topic of dead letters. */
  private long deadLetters() throws Exception {
    try (Stream<Path> all = Files.list(files().out().resolve("kafka/dead-letters-0"))) {
      return all.filter(file -> file.toString().endsWith(".log"))
          .mapToLong(file -> file.toFile().length())
          .sum();
    }
  }
}
