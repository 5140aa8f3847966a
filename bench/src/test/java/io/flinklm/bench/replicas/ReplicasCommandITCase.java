package io.flinklm.bench.replicas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import org.junit.jupiter.api.Test;

/** {@code bench replicas} in small. */
class ReplicasCommandITCase {
  @Test
  void replicasAreMeasuredBesideProcessesAndOneReplica() throws Exception {
    Ended ended =
        Command.here(
            "bench",
            "replicas",
            "--hidden=8",
            "--exchange=weights",
            "--seconds=1",
            "--checkpoint-interval=1",
            "--repetitions=1",
            "--json");

    JsonNode json = ended.json();
    JsonNode rates = json.get("tokens_per_second");
    assertThat(rates.fieldNames())
        .toIterable()
        .containsExactly(
            "one_thread", "processes", "replicas_bare", "pipeline_one", "pipeline_replicas");
    for (JsonNode ofRounds : rates) {
      assertThat(ofRounds).hasSize(1);
      assertThat(ofRounds.get(0).asDouble()).isPositive();
    }
    double bare = rates.at("/replicas_bare/0").asDouble();
    double pipeline = rates.at("/pipeline_replicas/0").asDouble();
    assertThat(json.get("pipeline_replicas_to_replicas_bare").asDouble())
        .isCloseTo(pipeline / bare, within(1e-12));
    assertThat(json.at("/to_processes/replicas_bare").asDouble())
        .isCloseTo(bare / rates.at("/processes/0").asDouble(), within(1e-12));
    assertThat(json.at("/replication/exchange").asText()).isEqualTo("weights");
    // The matrices of an embedding and of two layers of an LSTM, and more.
    assertThat(json.get("bytes_of_replica_per_round").asInt())
        .isGreaterThan((30 * 8 + 2 * 2 * 4 * 8 * 8) * Float.BYTES);
    assertThat(json.at("/exchange_milliseconds/0").asDouble()).isPositive();
    assertThat(json.at("/exchange_shares/0").asDouble()).isBetween(0.0, 1.0);
    assertThat(ended.out())
        .contains("lmmodel7, hidden 8, replicas 2, rounds of 5 steps, which exchange weights")
        .contains("pipeline_replicas to pipeline_one");
  }
}
