package io.flinklm.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinklm.local.Command.Ended;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The measurements of {@code bench} that ask prompts, in small; how fast they are says no test. */
class BenchITCase {
  @TempDir private Path directory;

  @Test
  void predictionsAreCountedById() throws Exception {
    Ended ended =
        Command.run(
            directory,
            "bench",
            "predictions",
            "--rate=20",
            "--tokens=3",
            "--seconds=1",
            "--repetitions=2",
            "--hidden=8",
            "--json");
    JsonNode json = ended.json();
    assertThat(json.get("prompts").asInt()).isEqualTo(40);
    assertThat(json.get("answered").asInt()).isEqualTo(40);
    assertThat(json.get("errors").asInt()).isZero();
    assertThat(json.get("lost")).isEmpty();
    assertThat(json.at("/latency_ms/p50").asDouble())
        .isPositive()
        .isLessThanOrEqualTo(json.at("/latency_ms/p99").asDouble());
    assertThat(json.get("tokens_per_second_without").asDouble()).isPositive();
    assertThat(json.get("tokens_per_second_with").asDouble()).isPositive();
    assertThat(json.get("ratios")).hasSize(2);
    double mean = (json.at("/ratios/0").asDouble() + json.at("/ratios/1").asDouble()) / 2;
    assertThat(json.get("ratio").asDouble()).isCloseTo(mean, within(1e-12));
    assertThat(ended.out())
        .contains("sent 40, answered 40, errors 0, lost 0, answered again 0")
        .contains("latency   p50 ", "median of 2 pairs");
  }

  @Test
  void continuationsAreThoseOfTheModelOnDisk() throws Exception {
    Ended trained =
        Command.run(
            directory,
            "bench",
            "continuations",
            "--seeds=0,1",
            "--epochs=1",
            "--prompts=7",
            "--json");
    JsonNode models = trained.json().get("models");
    assertThat(models.fieldNames()).toIterable().containsExactly("0", "1");
    assertThat(models.at("/0/weights_sha256")).isNotEqualTo(models.at("/1/weights_sha256"));
    assertThat(trained.out()).contains("8000 to 8999", "9000 to 9999", "expected | found");
    Ended run =
        Command.run(directory, "run", "--plain-loop", "--epochs=1", "--out=plain", "--json");
    assertThat(run.json().get("weights_sha256")).isEqualTo(models.at("/0/weights_sha256"));

    Ended given =
        Command.run(directory, "bench", "continuations", "--from=plain", "--prompts=7", "--json");
    JsonNode again = given.json().at("/models/plain");
    JsonNode first = models.get("0");
    for (String field :
        new String[] {"prompts", "right", "share", "step", "weights_sha256", "wrong", "mistakes"}) {
      assertThat(again.get(field)).as(field).isNotNull().isEqualTo(first.get(field));
    }
    assertThat(first.get("prompts").asInt()).isEqualTo(7);
    assertThat(first.get("right").asInt() + first.get("mistakes").size()).isEqualTo(7);
  }
}
