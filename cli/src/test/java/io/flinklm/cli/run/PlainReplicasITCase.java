package io.flinklm.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinklm.cli.fixture.Command;
import io.flinklm.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code flink-lm run --plain-loop --replicas}. */
class PlainReplicasITCase {
  @TempDir private Path directory;

  @Test
  void replicasTrainInAPlainLoop() throws Exception {
    ObjectNode two = results("two", "--replicas=2", "--round=3");

    assertThat(results("again", "--replicas=2", "--round=3")).isEqualTo(two);
    List<String> weights =
        List.of(
            weights("two"),
            weightsOf("one"),
            weightsOf("longer", "--replicas=2", "--round=4"),
            weightsOf("four", "--replicas=4", "--round=3"),
            weightsOf("weights", "--replicas=2", "--round=3", "--exchange=weights"));
    assertThat(weights).doesNotHaveDuplicates();
    assertThat(config("two").path("replicas").asInt()).isEqualTo(2);
    assertThat(config("two").path("round").asInt()).isEqualTo(3);
    assertThat(config("two").path("exchange").asText()).isEqualTo("weights+moments");
    assertThat(config("two").path("lanes").asInt()).isEqualTo(64);
    assertThat(config("one").has("replicas")).isFalse();
  }

  @Test
  void itsModelIsOneToStartFromAndToAskFor() throws Exception {
    weightsOf("two", "--replicas=2");

    weightsOf("more", "--replicas=4", "--init-from=" + directory.resolve("two"));
    String words = Command.here("predict", "one", "--from=" + directory.resolve("more")).out();
    assertThat(words).isNotBlank();
  }

  private String weightsOf(String out, String... options) throws IOException {
    results(out, options);
    return weights(out);
  }

  private ObjectNode results(String out, String... options) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("run", "--plain-loop", "--epochs=1", "--hidden=8", "--json"));
    arguments.addAll(List.of(options));
    arguments.add("--out=" + directory.resolve(out));
    ObjectNode results = Command.here(arguments.toArray(String[]::new)).results();
    results.remove("out");
    return results;
  }

  private String weights(String out) throws IOException {
    return config(out).path("weights_sha256").asText();
  }

  private ObjectNode config(String out) throws IOException {
    return Json.object(Files.readAllBytes(directory.resolve(out).resolve("config.json")));
  }
}
