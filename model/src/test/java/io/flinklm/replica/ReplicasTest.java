package io.flinklm.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.flinklm.lane.Batch;
import io.flinklm.lane.Split;
import io.flinklm.train.Exchange;
import io.flinklm.train.Report;
import io.flinklm.train.Trainer;
import io.flinklm.weights.ExchangedWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Replicas train apart and are averaged: what comes of it, however they are run. */
@Tag("arithmetic")
class ReplicasTest {
  private static final int ROUND = 2;
  private static final int CHECKPOINT_ONE_IN = 7;
  private static final int KILLED_ONE_IN = 25;

  @ParameterizedTest
  @EnumSource(Exchange.class)
  void behindARoundTheWeightsAreTheMeanOfThoseThatEachWouldHaveAlone(Exchange exchange) {
    ReplicatedRun run = ReplicatedRun.of(2, ROUND, exchange);
    float[] first = alone(run, 0, ROUND, exchange);
    float[] second = alone(run, 1, ROUND, exchange);
    try (ReplicaLoop loop = loop(run, report -> {})) {
      run.batches().subList(0, ROUND).forEach(loop::accept);

      float[] mean = exchanged(loop.trainer(), exchange);
      assertThat(mean).isNotEqualTo(first);
      for (int i = 0; i < mean.length; i++) {
        assertThat((double) mean[i]).isCloseTo(((double) first[i] + second[i]) / 2, within(1e-6));
      }
      assertThat(loop.trainer().weights().step()).isEqualTo(ROUND);
    }
  }

  @Test
  void aReplicaCountsByTheStepsThatItTook() {
    // Of round 1 replica 0 has two batches and replica 1, with its short lanes, has one.
    ReplicatedRun run = ReplicatedRun.of(2, ROUND, Exchange.WEIGHTS_AND_MOMENTS);
    Rounds rounds = new Rounds(run.config().replication());
    try (Replica first = replica(run, 0);
        Replica second = replica(run, 1)) {
      takeRound(first, run.batchesOf(0), 0, ROUND).ifPresent(rounds::add);
      takeRound(second, run.batchesOf(1), 0, ROUND).ifPresent(rounds::add);
      Rounds.Complete complete = rounds.complete().orElseThrow();
      first.accept(complete);
      second.accept(complete);
      takeRound(first, run.batchesOf(0), ROUND, 2 * ROUND).ifPresent(rounds::add);
      takeRound(second, run.batchesOf(1), ROUND, ROUND + 1);
      second.turnTo(Turn.of(run.batchesOf(1).get(ROUND + 1))).ifPresent(rounds::add);
      float[] ofFirst = exchanged(first.trainer(), Exchange.WEIGHTS);
      float[] ofSecond = exchanged(second.trainer(), Exchange.WEIGHTS);

      second.accept(rounds.complete().orElseThrow());

      float[] mean = exchanged(second.trainer(), Exchange.WEIGHTS);
      for (int i = 0; i < mean.length; i++) {
        assertThat((double) mean[i])
            .isCloseTo((2 * (double) ofFirst[i] + ofSecond[i]) / 3, within(1e-6));
      }
      assertThat(second.trainer().weights().step()).isEqualTo(2 * ROUND);
    }
  }

  private static Replica replica(ReplicatedRun run, int number) {
    Trainer trainer =
        Trainer.drawn(run.training(report -> {}).ofReplica(number, run.config().rows()));
    return new Replica(number, run.config().replication(), trainer);
  }

  private static Optional<Publication> takeRound(
      Replica replica, List<Batch> batches, int from, int end) {
    Optional<Publication> told = Optional.empty();
    for (Batch batch : batches.subList(from, end)) {
      replica.take(batch);
      told = replica.after(Turn.of(batch));
    }
    return told;
  }

  @ParameterizedTest
  @CsvSource({
    "2, 2, WEIGHTS_AND_MOMENTS",
    "2, 3, WEIGHTS",
    "2, 100, WEIGHTS_AND_MOMENTS",
    "4, 1, WEIGHTS",
    "4, 3, WEIGHTS_AND_MOMENTS"
  })
  void whoeverActsFirstAndWhoeverIsKilledTheBitsAreThoseOfTheLoop(
      int replicas, int round, Exchange exchange) {
    ReplicatedRun run = ReplicatedRun.of(replicas, round, exchange);
    List<Report> expected = new ArrayList<>();
    try (ReplicaLoop loop = loop(run, expected::add)) {
      run.batches().forEach(loop::accept);
      loop.finish();
    }

    assertThat(scattered(run, 0, Integer.MAX_VALUE)).isEqualTo(expected);
    assertThat(last(scattered(run, 1, KILLED_ONE_IN))).isEqualTo(last(expected));
  }

  private static List<Report> scattered(ReplicatedRun run, long seed, int killedOneIn) {
    List<Report> reports = new ArrayList<>();
    try (ScatteredReplicas scattered = new ScatteredReplicas(run, reports::add, seed)) {
      scattered.run(CHECKPOINT_ONE_IN, killedOneIn);
    }
    return reports;
  }

  @Test
  void whatTheyMakeOfOnePlaceIsOneReport() {
    ReplicatedRun run = ReplicatedRun.of(2, ROUND, Exchange.WEIGHTS);
    List<Report> reports = new ArrayList<>();
    try (ReplicaLoop loop = loop(run, reports::add)) {
      run.batches().forEach(loop::accept);
      loop.finish();
    }

    List<Report> steps = reports.stream().filter(of -> of instanceof Report.Step).toList();
    assertThat(steps)
        .extracting(Report::epoch, Report::split, Report::index, Report::laneCount)
        .containsExactlyElementsOf(
            run.batches().stream()
                .map(
                    of ->
                        tuple(
                            of.segment().epoch(),
                            of.segment().split().label(),
                            of.index(),
                            of.chunks().size()))
                .toList());
    Report end = last(reports);
    int trained =
        run.batches().stream()
            .filter(of -> of.segment().split() == Split.TRAIN)
            .mapToInt(Batch::newTokens)
            .sum();
    assertThat(end.tokensTrained()).isEqualTo(trained);
    assertThat(end.step()).isEqualTo(7 + 6);
  }

  private static ReplicaLoop loop(ReplicatedRun run, Consumer<Report> reports) {
    return new ReplicaLoop(run.training(reports), Trainer::drawn);
  }

  private static Report last(List<Report> reports) {
    return reports.get(reports.size() - 1);
  }

  private static float[] alone(ReplicatedRun run, int replica, int steps, Exchange exchange) {
    try (Trainer trainer =
        Trainer.drawn(run.training(report -> {}).ofReplica(replica, run.config().rows()))) {
      run.batchesOf(replica).subList(0, steps).forEach(trainer::take);
      return exchanged(trainer, exchange);
    }
  }

  private static float[] exchanged(Trainer trainer, Exchange exchange) {
    try (ExchangedWeights weights =
        ExchangedWeights.roomFor(trainer.weights(), exchange.hasMoments())) {
      weights.take(trainer.weights());
      float[] values = new float[weights.bytes().remaining() / Float.BYTES];
      weights.bytes().asFloatBuffer().get(values);
      return values;
    }
  }
}
