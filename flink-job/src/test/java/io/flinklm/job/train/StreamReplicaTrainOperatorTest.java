package io.flinklm.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinklm.job.stream.StreamsText;
import io.flinklm.job.stream.StreamsText.Line;
import io.flinklm.job.wire.ChunkSurprisals;
import io.flinklm.job.wire.TurnEvent;
import io.flinklm.train.Exchange;
import io.flinklm.train.OnNonfinite;
import io.flinklm.train.Replication;
import io.flinklm.train.Report;
import io.flinklm.train.Schedule;
import io.flinklm.train.TrainingConfig;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Replicas on streams in the operators of the job, with the real engine and a small model. */
class StreamReplicaTrainOperatorTest {
  private static final StreamsText TEXT = StreamsText.of(0);
  private static final int ROWS = 4;

  private static TrainingConfig config(int replicas, int round, Exchange exchange) {
    return TEXT.config(ROWS)
        .withShards(ROWS / replicas)
        .withReplication(new Replication(replicas, round, exchange));
  }

  @ParameterizedTest
  @CsvSource({
    "2, 3, WEIGHTS_AND_MOMENTS, 1",
    "2, 5, WEIGHTS, 2",
    "4, 3, WEIGHTS_AND_MOMENTS, 4",
    "4, 1000, WEIGHTS, 3"
  })
  void theSubtasksAreTheLoop(int replicas, int round, Exchange exchange, int parallelism)
      throws Exception {
    TrainingConfig config = config(replicas, round, exchange);
    Random random = new Random(round);
    List<Line> order = TEXT.interleaved(random);
    try (ReplicaSubtasks<TurnEvent> subtasks =
            StreamReplicaPipeline.subtasks(config, false, round);
        StreamReplicaPipeline job =
            new StreamReplicaPipeline(TEXT, config, subtasks, parallelism, null)) {
      feed(job, order, 0, order.size(), random);
      job.end();

      assertThat(job.reports()).isEqualTo(TEXT.replicaLoop(config));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, false", "2, false", "3, true"})
  void killedAndRescaledInTheMiddleOfRoundsTheyEndAsTheLoop(long seed, boolean rocksDb)
      throws Exception {
    TrainingConfig config = config(4, 3, Exchange.WEIGHTS_AND_MOMENTS);
    List<Report> expected = TEXT.replicaLoop(config);
    Random random = new Random(seed);
    List<Line> order = TEXT.interleaved(random);
    int[] parallelisms = {4, 2, 1, 4, 3};
    StreamReplicaPipeline.State state = null;
    int kept = 0;
    try (ReplicaSubtasks<TurnEvent> subtasks =
        StreamReplicaPipeline.subtasks(config, rocksDb, seed)) {
      for (int parallelism : parallelisms) {
        try (StreamReplicaPipeline job =
            new StreamReplicaPipeline(TEXT, config, subtasks, parallelism, state)) {
          int stop = kept + 1 + random.nextInt(order.size() / parallelisms.length);
          feed(job, order, kept, stop, random);
          state = job.checkpoint();
          // What is done behind the checkpoint is lost, and done again.
          feed(job, order, stop, Math.min(order.size(), stop + 20), random);
          kept = stop;
        }
      }
      try (StreamReplicaPipeline job =
          new StreamReplicaPipeline(TEXT, config, subtasks, 2, state)) {
        feed(job, order, kept, order.size(), random);
        job.end();

        List<Report> reports = job.reports();
        assertThat(reports.get(reports.size() - 1)).isEqualTo(expected.get(expected.size() - 1));
        assertThat(expected).containsAll(reports);
      }
    }
  }

  @Test
  void whoeverMakesBatchesLearnsHowFarAllAreAndOfABarrierBeforeItComes() throws Exception {
    TrainingConfig config = config(2, 3, Exchange.WEIGHTS);
    List<Line> lines = TEXT.lines();
    try (ReplicaSubtasks<TurnEvent> subtasks = StreamReplicaPipeline.subtasks(config, false, 0);
        StreamReplicaPipeline job = new StreamReplicaPipeline(TEXT, config, subtasks, 2, null)) {
      feed(job, lines, 0, lines.size() / 2, new Random(0));
      subtasks.hearAll();
      job.checkpoint();
      List<Long> told = subtasks.past();

      int steps = job.reports().size();
      assertThat(steps).isGreaterThan(6);
      assertThat(told.get(told.size() - 2)).isEqualTo(steps - steps % 3);
      assertThat(told.get(told.size() - 1)).isEqualTo(BatchesAhead.BARRIER);
    }
  }

  @Test
  void aStepThatIsSkippedIsSkippedAsInTheLoop() throws Exception {
    TrainingConfig config =
        config(2, 3, Exchange.WEIGHTS)
            .withSchedule(new Schedule.OneCycle(200, 1e30, Schedule.Momenta.TEXT_LEARNER))
            .withOnNonfinite(OnNonfinite.SKIP);
    List<Line> lines = TEXT.lines();
    try (ReplicaSubtasks<TurnEvent> subtasks = StreamReplicaPipeline.subtasks(config, false, 0);
        StreamReplicaPipeline job = new StreamReplicaPipeline(TEXT, config, subtasks, 2, null)) {
      feed(job, lines, 0, lines.size(), new Random(0));
      job.end();

      List<Report> expected = TEXT.replicaLoop(config);
      assertThat(job.reports()).isEqualTo(expected);
      assertThat(expected.get(expected.size() - 1).tokensRefused()).containsKey("nonfinite");
    }
  }

  @Test
  void theBooksOfAllReplicasClose() throws Exception {
    TrainingConfig config = config(2, 3, Exchange.WEIGHTS);
    List<Line> lines = TEXT.lines();
    try (ReplicaSubtasks<TurnEvent> subtasks = StreamReplicaPipeline.subtasks(config, false, 0);
        StreamReplicaPipeline job = new StreamReplicaPipeline(TEXT, config, subtasks, 2, null)) {
      feed(job, lines, 0, lines.size(), new Random(0));
      job.end();

      List<Report> reports = job.reports();
      Report end = reports.get(reports.size() - 1);
      long produced =
          lines.stream()
              .filter(of -> of.text() != null)
              .mapToLong(of -> of.value().length + 1)
              .sum();
      assertThat(end.tokensRefused()).containsOnlyKeys("silent");
      assertThat(produced - end.tokensTrained() - end.tokensRefused().get("silent"))
          .isBetween(0L, 7L * 4);
      double nats = 0;
      for (ChunkSurprisals of : job.surprisals()) {
        for (float each : of.nats()) {
          nats += each;
        }
      }
      // Nobody predicts the first token of a stream: the code has it as one of all.
      nats += started(job.surprisals()) * Math.log(config.net().vocabulary());
      assertThat(nats / Math.log(2) / Byte.SIZE)
          .isCloseTo(end.bytes().codeLength().bytes(), within(1e-3));
    }
  }

  private static long started(List<ChunkSurprisals> surprisals) {
    return surprisals.stream().map(ChunkSurprisals::run).distinct().count();
  }

  private static void feed(
      StreamReplicaPipeline job, List<Line> order, int from, int to, Random random)
      throws Exception {
    for (int i = from; i < to; i++) {
      job.accept(order.get(i).record(TEXT.lines().indexOf(order.get(i))), order.get(i).time());
      if (random.nextInt(4) == 0 && i + 1 < order.size()) {
        job.pass(StreamsText.passed(order, i + 1) - random.nextInt(40));
      }
    }
  }
}
