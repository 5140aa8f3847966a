package io.flinklm.job;

import io.flinklm.topics.Score;
import java.util.Optional;
import org.apache.flink.api.connector.sink2.Sink;

/**
 * How a job says of each record how little it was expected.
 *
 * @param scores where that goes
 * @param alerts what is sent on apart; empty for nothing
 */
public record Scoring(Sink<Score> scores, Optional<Alerts> alerts) {

  /**
   * Scores that are unusual for their lane or stream.
   *
   * @param deviations from which they are
   * @param sink where they go
   */
  public record Alerts(double deviations, Sink<Score> sink) {}
}
