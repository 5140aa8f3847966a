package io.flinklm.bench.shards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import org.junit.jupiter.api.Test;

/** {@code bench shards} in small. */
class ShardsCommandITCase {
  @Test
  void shardsAreMeasuredBesideProcesses() throws Exception {
    Ended ended =
        Command.here(
            "bench",
            "shards",
            "--hidden=8",
            "--shards=2",
            "--seconds=1",
            "--repetitions=1",
            "--json");

    JsonNode rates = ended.json().get("tokens_per_second");
    assertThat(rates.fieldNames())
        .toIterable()
        .containsExactly(
            "one_thread", "processes", "own_threads", "shards_2", "shards_2_one_thread");
    double processes = rates.at("/processes/0").asDouble();
    double shards = rates.at("/shards_2/0").asDouble();
    assertThat(shards).isPositive();
    assertThat(ended.json().at("/to_processes/shards_2").asDouble())
        .isCloseTo(shards / processes, within(1e-12));
    assertThat(ended.out()).contains("lmmodel7, hidden 8, 2 threads");
  }
}
