package io.flinklm.job.models;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.saved.SavedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models appear whole, the newest is known, and old ones go. */
class ModelDirectoryTest {
  private static final Lineage OLD = new Lineage("old-lineage");
  private static final Lineage NEW = new Lineage("new-lineage");

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
  void theSameWeightsAgainHaveTheCardOfTheLaterMoment() throws Exception {
    ModelDirectory models = directory(0);
    TrainedModel model = new TrainedModel(7, "", new byte[0], NEW, 0.5, null, Map.of());
    for (String card : List.of("read up to 4019", "read up to 4080")) {
      byte[] config = "seven".getBytes(UTF_8);
      models.moveInPlace(
          models.writeAside(
              model, Map.of(SavedModel.CONFIG, config, ModelCard.FILE, card.getBytes(UTF_8))));
    }

    assertThat(disk.resolve("latest").resolve(ModelCard.FILE)).hasContent("read up to 4080");
    assertThat(all()).hasSize(3);
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

  @Test
  void aNewTrainingInAnOldDirectoryKeepsItsOwnModels() throws Exception {
    ModelDirectory models = directory(2);
    for (int step : List.of(500, 600)) {
      models.moveInPlace(write(models, OLD, step, "old " + step));
    }
    for (int step : List.of(10, 20, 30)) {
      models.moveInPlace(write(models, step, "new " + step));

      assertThat(content("latest")).isEqualTo("new " + step);
    }

    assertThat(seen()).containsExactly("latest", "step-20", "step-30", "step-500", "step-600");
  }

  @Test
  void anotherTrainingsModelOfTheSameStepStaysAsItIs() throws Exception {
    ModelDirectory models = directory(1);
    models.moveInPlace(write(models, OLD, 500, "old"));
    models.moveInPlace(write(models, 500, "new"));

    assertThat(content("step-500")).isEqualTo("old");
    assertThat(content("step-500-new-line")).isEqualTo("new");
    assertThat(content("latest")).isEqualTo("new");

    models.moveInPlace(write(models, 510, "newer"));
    assertThat(seen()).containsExactly("latest", "step-500", "step-510");
  }

  @Test
  void aTrainingThatWasTakenBackKeepsWhatItPutInPlaceLast() throws Exception {
    ModelDirectory models = directory(2);
    for (int step : List.of(100, 200, 50, 60)) {
      models.moveInPlace(write(models, step, "step " + step));
    }

    assertThat(seen()).containsExactly("latest", "step-50", "step-60");
    assertThat(content("latest")).isEqualTo("step 60");
  }

  @Test
  void aCommitThatWasCutShortBeforeTheLinkIsMadeUpFor() throws Exception {
    ModelDirectory models = directory(0);
    models.moveInPlace(write(models, 7, "seven"));
    Aside next = write(models, 8, "eight");
    models.moveInPlace(next);
    Files.delete(disk.resolve("latest"));

    models.moveInPlace(next);

    assertThat(content("latest")).isEqualTo("eight");
  }

  @Test
  void modelsFromBeforeThereWereLineagesAreAnothers() throws Exception {
    Files.createDirectories(disk.resolve("step-900"));
    Files.writeString(disk.resolve("step-900").resolve(SavedModel.CONFIG), "before");
    ModelDirectory models = directory(1);
    models.moveInPlace(write(models, 10, "ten"));
    assertThat(content("latest")).isEqualTo("ten");
    assertThat(seen()).containsExactly("latest", "step-10", "step-900");

    models.moveInPlace(write(models, Lineage.NONE, 910, "their own"));
    assertThat(seen()).containsExactly("latest", "step-10", "step-910");
  }

  @Test
  void onAnObjectStoreTheManifestComesLastAndWhatHasNoneIsNoModel() throws Exception {
    ModelDirectory models = new ModelDirectory("far:" + disk, 1);
    Aside aside = write(models, 7, "seven");
    // A process that died in the middle of its commit.
    Files.createDirectories(disk.resolve("step-7"));
    Files.writeString(disk.resolve("step-7").resolve("manifest.json.begun"), "");
    Files.writeString(disk.resolve("step-7").resolve(SavedModel.CONFIG), "seven");

    models.moveInPlace(aside);

    assertThat(files("step-7")).containsExactly(SavedModel.CONFIG, "manifest.json");
    assertThat(disk.resolve("latest")).hasContent("step-7\n");
    assertThat(all()).hasSize(2);
  }

  @Test
  void theBestByValidationStaysBesideTheNewest() throws Exception {
    ModelDirectory models = directory(1);
    double[] losses = {0.4, 0.25, Double.NaN, 0.3, 0.9};
    for (int i = 0; i < losses.length; i++) {
      models.moveInPlace(write(models, NEW, i + 1, losses[i]));
    }

    assertThat(seen()).containsExactly("best", "latest", "step-2", "step-5");
    assertThat(content("best")).isEqualTo("step 2");
    assertThat(content("latest")).isEqualTo("step 5");

    models.moveInPlace(write(models, NEW, 6, 0.2));
    assertThat(seen()).containsExactly("best", "latest", "step-6");
  }

  @Test
  void theBestIsOfTheTrainingThatIsUnderWay() throws Exception {
    ModelDirectory models = new ModelDirectory("far:" + disk, 1);
    models.moveInPlace(write(models, OLD, 90, 0.1));
    models.moveInPlace(write(models, NEW, 10, Double.NaN));
    assertThat(disk.resolve("best")).as("no other is known yet").hasContent("step-90\n");

    models.moveInPlace(write(models, NEW, 20, 0.5));
    assertThat(disk.resolve("best")).hasContent("step-20\n");
    assertThat(seen()).contains("step-90");
  }

  @Test
  void theSameWeightsAgainKeepTheirLoss() throws Exception {
    ModelDirectory models = directory(1);
    models.moveInPlace(write(models, NEW, 7, 0.5));
    models.moveInPlace(write(models, NEW, 7, Double.NaN));
    models.moveInPlace(write(models, NEW, 8, 0.6));

    assertThat(content("best")).isEqualTo("step 7");
  }

  private static Aside write(ModelDirectory models, Lineage lineage, long step, double loss)
      throws Exception {
    TrainedModel model = new TrainedModel(step, "", new byte[0], lineage, loss, null, Map.of());
    return models.writeAside(model, Map.of(SavedModel.CONFIG, ("step " + step).getBytes(UTF_8)));
  }

  private ModelDirectory directory(int keep) {
    return new ModelDirectory(disk.toString(), keep);
  }

  private static Aside write(ModelDirectory models, long step, String content) throws Exception {
    return write(models, NEW, step, content);
  }

  private static Aside write(ModelDirectory models, Lineage lineage, long step, String content)
      throws Exception {
    TrainedModel model =
        new TrainedModel(step, "", new byte[0], lineage, Double.NaN, null, Map.of());
    return models.writeAside(model, Map.of(SavedModel.CONFIG, content.getBytes(UTF_8)));
  }

  private String content(String model) throws Exception {
    return Files.readString(disk.resolve(model).resolve(SavedModel.CONFIG));
  }

  private List<String> seen() throws Exception {
    return all().stream().filter(name -> !name.startsWith(".")).toList();
  }

  private List<String> all() throws Exception {
    return files("");
  }

  private List<String> files(String directory) throws Exception {
    try (Stream<Path> files = Files.list(disk.resolve(directory))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
