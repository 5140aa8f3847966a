package io.flinklm.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ctrl-C ends a measurement without a trace, however early it comes. */
class StoppedBenchITCase {
  private static final int STOPPED = 130;

  @TempDir private Path directory;
  private Path temporary;

  @BeforeEach
  void makeTemporaryFolder() throws IOException {
    temporary = Files.createDirectory(directory.resolve("temporary"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bench checkpoints --hidden=8 --epochs=1", "reproduce --models=lmmodel7"})
  void nothingIsLeftInTheTemporaryFolder(String line) throws Exception {
    List<String> jvm = List.of("-Djava.io.tmpdir=" + temporary);
    try (Command command = Command.startWith(jvm, directory, line.split(" ", -1))) {
      command.awaitThat(this::keepsKafkasLog, "Kafka's log in the temporary folder");
      command.signal("INT");
      Ended ended = command.await();
      assertThat(ended.code()).as(ended.out() + ended.err()).isEqualTo(STOPPED);
      assertThat(ended.out()).contains("Stopped; nothing was ");
      assertThat(ended.err()).isEmpty();
    }
    assertThat(ours()).isEmpty();
  }

  private boolean keepsKafkasLog() throws IOException {
    return ours().stream().anyMatch(work -> Files.exists(work.resolve("kafka/meta.properties")));
  }

  private List<Path> ours() throws IOException {
    try (Stream<Path> all = Files.list(temporary)) {
      return all.filter(path -> path.getFileName().toString().startsWith("flink-lm-")).toList();
    }
  }
}
