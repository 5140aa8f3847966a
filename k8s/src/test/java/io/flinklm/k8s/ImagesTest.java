package io.flinklm.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Images are named by a version, and have stand-ins where no registry is reached. */
class ImagesTest {
  @Test
  void theyAreOfAVersion() throws Exception {
    String airgapped = Files.readString(Compose.TOP.resolve("docker/airgapped/build"));

    for (JsonNode service : Compose.all().get(0).services().values()) {
      String image = service.get("image").asText();
      assertThat(image).matches("[a-z/-]+:v?[0-9]+\\.[0-9]+\\.[0-9]+");
      // Ours are built, and the images of others must have a stand-in; but Grafana's, which has
      // none.
      if (!image.startsWith("flink-lm") && !image.startsWith("grafana/")) {
        assertThat(airgapped).contains(" " + image + "\n");
      }
    }
  }

  @Test
  void theImagesThatOursStandOnAreOfAVersionToo() throws Exception {
    String airgapped = Files.readString(Compose.TOP.resolve("docker/airgapped/build"));
    String dockerfile = Files.readString(Compose.TOP.resolve("Dockerfile"));

    List<String> bases =
        Pattern.compile("(?m)^ARG \\w+_IMAGE=(.*)$")
            .matcher(dockerfile)
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(bases)
        .hasSize(3)
        .allMatch(image -> image.matches("[a-z-]+:[0-9].*"))
        .allMatch(image -> airgapped.contains(" " + image + "\n"));
  }

  @Test
  void bothImagesOfTheJobRefuseWhatTheDashboardMayNotDo() throws Exception {
    String dockerfile = Files.readString(Compose.TOP.resolve("Dockerfile"));

    for (String target : List.of("job", "gpu")) {
      assertThat(
              dockerfile.split("(?m)^FROM .* AS " + target + "$", -1)[1].split("(?m)^FROM ", -1)[0])
          .as(target)
          .contains("/src/dashboard/target/dashboard-*.jar /opt/flink/lib/");
    }
  }

  @Test
  void noImageOfOursRunsAsRoot() throws Exception {
    String dockerfile = Files.readString(Compose.TOP.resolve("Dockerfile"));

    for (String target : List.of("cli", "job", "gpu")) {
      String stage = dockerfile.split("(?m)^FROM .* AS " + target + "$", -1)[1];
      List<String> users =
          Pattern.compile("(?m)^USER (.*)$")
              .matcher(stage.split("(?m)^FROM ", -1)[0])
              .results()
              .map((MatchResult found) -> found.group(1))
              .toList();
      assertThat(users).as(target).isNotEmpty();
      assertThat(users.get(users.size() - 1)).as(target).matches("[1-9][0-9]*");
    }
  }
}
