package io.flinklm.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.fixture.Command;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.text.Corpus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in an --out directory is of one process at a time. */
class DirectoryInUseITCase {
  @TempDir private Path directory;

  @Test
  void aSecondTrainingInADirectoryIsToldWhichProcessHasIt() throws Exception {
    Path words = directory.resolve("words.txt");
    Files.write(words, Corpus.humanNumbers().tokenizer().toBytes());
    Path settings = directory.resolve("out/run.json");
    try (TestedKafka kafka = TestedKafka.start(directory.resolve("kafka"))) {
      String bootstrap = "--bootstrap=" + kafka.address();
      String vocabulary = "--vocabulary=" + words;
      try (Command first = start("train", bootstrap, vocabulary, "--port=0", "--out=out")) {
        first.awaitLine("Dashboard ");
        byte[] kept = Files.readAllBytes(settings);
        List<Command> others = new ArrayList<>();
        others.add(start("train", bootstrap, "--resume", "--port=0", "--out=out"));
        others.add(start("train", bootstrap, vocabulary, "--port=0", "--out=out"));
        others.add(start("run", "--plain-loop", "--epochs=1", "--out=out"));
        for (Command other : others) {
          try (other) {
            assertThat(other.await(60).mistake())
                .isEqualTo(
                    "process %d is using --out %s; end it first, or choose another directory"
                        .formatted(first.process().pid(), directory.resolve("out")));
          }
        }
        assertThat(settings).hasBinaryContent(kept);
        assertThat(first.process().isAlive()).isTrue();
      }
      // It was killed, so nobody has the directory.
      try (Command again = start("train", bootstrap, "--resume", "--port=0", "--out=out")) {
        again.awaitLine("Dashboard ");
      }
    }
  }

  private Command start(String... arguments) throws Exception {
    return Command.start(directory, arguments);
  }
}
