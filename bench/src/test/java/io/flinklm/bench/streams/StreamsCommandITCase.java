package io.flinklm.bench.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import org.junit.jupiter.api.Test;

/** {@code bench streams} in small, apart from the others, so that it runs beside them. */
class StreamsCommandITCase {
  @Test
  void streamsAreMeasuredBesideLanes() throws Exception {
    Ended ended =
        Command.here(
            "bench",
            "streams",
            "--streams=20000",
            "--hidden=8",
            "--seconds=1",
            "--checkpoint-interval=1",
            "--repetitions=1",
            "--json");
    JsonNode json = ended.json();
    assertThat(json.at("/stages").findValuesAsText("streams"))
        .containsExactly("5000", "10000", "15000", "20000");
    for (JsonNode stage : json.get("stages")) {
      // A hidden state of two layers, h and c, and more.
      assertThat(stage.get("checkpoint_bytes").asLong())
          .isGreaterThan(stage.get("streams").asLong() * 2 * 2 * 8 * Float.BYTES);
      assertThat(stage.get("heap_bytes").asLong()).isPositive();
      assertThat(stage.get("tokens_per_second").asDouble()).isPositive();
    }
    double streams = json.at("/streams_tokens_per_second/0").asDouble();
    double lanes = json.at("/lanes_tokens_per_second/0").asDouble();
    assertThat(json.get("ratio").asDouble()).isCloseTo(streams / lanes, within(1e-12));
    assertThat(ended.out()).contains("streams to lanes");
  }
}
