package io.flinklm.cli.reproduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code reproduce}, as a person calls it. */
class ReproduceITCase {
  @TempDir private Path directory;

  @Test
  void trainsAndComparesAndWritesDown() throws Exception {
    Ended ended =
        Command.here(
            directory,
            "reproduce",
            "--seeds=0,1",
            "--models=lmmodel1,lmmodel2",
            "--shards=2",
            "--out=results",
            "--port=0",
            "--json");
    JsonNode models = ended.json().get("models");
    assertThat(models.fieldNames()).toIterable().containsExactly("lmmodel1", "lmmodel2");
    // The chapter's first two are the same function: the same weights give the same bits.
    assertThat(models.get("lmmodel1")).isEqualTo(models.get("lmmodel2"));
    JsonNode first = models.get("lmmodel1");
    assertThat(first.get("accuracy").asDouble()).isCloseTo(0.474, within(0.027));
    assertThat(first.get("valid_loss").asDouble()).isCloseTo(1.663, within(0.1));
    assertThat(first.get("steps").asLong()).isEqualTo(4 * 262);
    double mean = (first.at("/accuracies/0").asDouble() + first.at("/accuracies/1").asDouble()) / 2;
    assertThat(first.get("accuracy").asDouble()).isCloseTo(mean, within(1e-12));

    Path results = directory.resolve("results");
    assertThat(ended.out()).contains("lmmodel2", "0.474 ± 0.027", results.toRealPath().toString());
    assertThat(results.resolve("README.md"))
        .content()
        .contains(
            "| most common token |  | 0.152 |",
            "--seeds 0,1 --models lmmodel1,lmmodel2 --shards 2");
    assertThat(Files.size(results.resolve("results.json"))).isPositive();
    assertThat(Files.size(results.resolve("accuracy.png"))).isPositive();
    assertThat(ended.err()).isEmpty();
  }

  @Test
  void mistakesAreNamedBeforeAnythingStarts() {
    assertThat(Command.here("reproduce", "--models=lmmodel8").mistake())
        .startsWith("there is no model 'lmmodel8'; --model is one of lmmodel1");
    assertThat(Command.here("reproduce", "--seeds=one").mistake()).contains("--seeds", "one");
    assertThat(Command.here("reproduce", "--port=70000").mistake())
        .isEqualTo("--port must be 0 to 65535, not 70000");
  }
}
