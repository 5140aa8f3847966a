package io.flinklm.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import io.flinklm.cli.fixture.LaneText;
import io.flinklm.cli.fixture.RunFiles;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.saved.SavedModel;
import io.flinklm.text.Corpus;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The disk of a run's results fills while it trains, and there is room again later. The disk is a
 * small file system in memory, which only root may mount.
 */
class FullDiskITCase {
  private static final int BPTT = 8;

  @TempDir private Path directory;
  private Path disk;
  private int written;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(directory.resolve("disk"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=24m", "flink-lm-test", disk.toString()),
        "only root can mount a small disk");
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", disk.toString());
  }

  private static boolean run(String... command) throws Exception {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void theDiskIsNamedAndTheRunGoesOnWhenThereIsRoom() throws Exception {
    try (TestedKafka broker = TestedKafka.start(directory.resolve("kafka"))) {
      LaneText text = LaneText.create(broker.kafka(), 1, BPTT);
      Path vocabulary = directory.resolve("words.txt");
      Files.write(vocabulary, Corpus.humanNumbers().tokenizer().toBytes());
      Path out = disk.resolve("out");
      RunFiles files = new RunFiles(out);
      String[] train =
          text.train(
              "--vocabulary=" + vocabulary,
              "--out=" + out,
              "--checkpoint-interval=1",
              "--export-every=1");
      try (Command command = Command.start(directory, train)) {
        command.awaitThat(
            () -> {
              write(text);
              return files.newestCheckpoint().isPresent() && !wholeModels(out).isEmpty();
            },
            "a model and a checkpoint");
        Path fill = fill();
        String noRoom = "the disk of " + out.resolve("checkpoints") + " has 0 MiB of room";
        command.awaitThat(
            () -> {
              write(text);
              String said = Files.readString(command.out());
              return said.contains("There is no room: ") && said.contains(noRoom);
            },
            "the full disk");
        assertThat(Files.readString(command.out()))
            .contains(out.resolve("metrics.jsonl") + ": No space left on device; ");
        assertThat(files.newestCheckpoint()).as("the newest whole checkpoint").isPresent();
        assertThat(wholeModels(out)).isNotEmpty();
        Files.delete(fill);
        long before = files.reportsSoFar();
        command.awaitThat(
            () -> {
              write(text);
              return files.reportsSoFar() > before + 5;
            },
            "steps behind it");
        command.signal("INT");
        Ended ended = command.await();
        assertThat(ended.code()).as(ended.out() + ended.err()).isZero();
        assertThat(ended.err()).isEmpty();
      }
      assertThat(files.lastOfAllSteps()).as("no report is missing").isPositive();
    }
  }

  private void write(LaneText text) throws Exception {
    text.write(0, written, written + 2 * BPTT);
    written += 2 * BPTT;
  }

  /** The models whose weights, the last of their files, are there. */
  private static List<Path> wholeModels(Path out) throws IOException {
    Path models = out.resolve("models");
    if (!Files.exists(models)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(models)) {
      return all.filter(model -> Files.exists(model.resolve(SavedModel.WEIGHTS))).toList();
    }
  }

  /** Takes all the room there is. */
  private Path fill() throws IOException {
    Path fill = disk.resolve("fill");
    try (OutputStream file = Files.newOutputStream(fill)) {
      byte[] some = new byte[4096];
      while (true) {
        file.write(some);
      }
    } catch (IOException e) {
      return fill;
    }
  }
}
