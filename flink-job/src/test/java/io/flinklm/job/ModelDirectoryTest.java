package io.flinklm.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.job.ModelSink.Aside;
import io.flinklm.train.SavedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models appear whole, the newest is known, and old ones go. */
class ModelDirectoryTest {
  @TempDir private Path disk;

  @Test
  void aModelIsNotSeenBeforeItIsInPlace() throws Exception {
    ModelDirectory models = directory(0);
    Aside aside = write(models, 7, "seven");

    assertThat(seen()).isEmpty();

    models.moveInPlace(aside);
    assertThat(seen()).containsExactly("latest", "step-7");
    assertThat(content("latest")).isEqualTo("seven");
    assertThat(Files.readSymbolicLink(disk.resolve("latest"))).hasToString("step-7");
  }

  @Test
  void theSameCommitAgainChangesNothing() throws Exception {
    ModelDirectory models = directory(0);
    Aside aside = write(models, 7, "seven");
    models.moveInPlace(aside);
    models.moveInPlace(aside);

    assertThat(seen()).containsExactly("latest", "step-7");
  }

  @Test
  void theSameModelAgainChangesNothing() throws Exception {
    ModelDirectory models = directory(0);
    models.moveInPlace(write(models, 7, "seven"));
    models.moveInPlace(write(models, 7, "seven"));

    assertThat(seen()).containsExactly("latest", "step-7");
    assertThat(all()).hasSize(2);
  }

  @Test
  void aRunThatWentAnotherWayReplacesIt() throws Exception {
    ModelDirectory models = directory(0);
    models.moveInPlace(write(models, 7, "seven"));
    models.moveInPlace(write(models, 7, "another"));

    assertThat(content("latest")).isEqualTo("another");
    assertThat(all()).hasSize(2);
  }

  @Test
  void theNewestStay() throws Exception {
    ModelDirectory models = directory(2);
    for (int step : List.of(9, 10, 100, 200)) {
      models.moveInPlace(write(models, step, "step " + step));
    }

    assertThat(seen()).containsExactly("latest", "step-100", "step-200");
    assertThat(content("latest")).isEqualTo("step 200");
  }

  @Test
  void whatADeadProcessLeftGoesAndWhatIsNoModelStays() throws Exception {
    ModelDirectory models = directory(1);
    write(models, 5, "never complete");
    Aside next = write(models, 20, "of the next checkpoint");
    Files.createDirectories(disk.resolve("step-by-step"));
    Files.writeString(disk.resolve("notes.txt"), "mine");
    models.moveInPlace(write(models, 10, "ten"));

    assertThat(all()).contains(next.name(), "step-10", "step-by-step", "notes.txt").hasSize(5);
    models.moveInPlace(next);
    assertThat(content("latest")).isEqualTo("of the next checkpoint");
  }

  @Test
  void onAFileSystemWithoutLinksAFileNamesTheNewest() throws Exception {
    ModelDirectory models = new ModelDirectory("far:" + disk, 1);
    models.moveInPlace(write(models, 7, "seven"));
    models.moveInPlace(write(models, 8, "eight"));

    assertThat(disk.resolve("latest")).isRegularFile().hasContent("step-8\n");
    assertThat(content("step-8")).isEqualTo("eight");
    assertThat(all()).hasSize(2);
  }

  private ModelDirectory directory(int keep) {
    return new ModelDirectory(disk.toString(), keep);
  }

  private static Aside write(ModelDirectory models, long step, String content) throws Exception {
    return models.writeAside(step, Map.of(SavedModel.CONFIG, content.getBytes(UTF_8)));
  }

  private String content(String model) throws Exception {
    return Files.readString(disk.resolve(model).resolve(SavedModel.CONFIG));
  }

  private List<String> seen() throws Exception {
    return all().stream().filter(name -> !name.startsWith(".")).toList();
  }

  private List<String> all() throws Exception {
    try (Stream<Path> files = Files.list(disk)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
