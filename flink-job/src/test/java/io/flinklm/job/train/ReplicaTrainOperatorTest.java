package io.flinklm.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import io.flinklm.engine.DeviceChoice;
import io.flinklm.job.SmallText;
import io.flinklm.job.wire.ChunkSurprisals;
import io.flinklm.job.wire.LaneEvent;
import io.flinklm.lane.Batch;
import io.flinklm.lane.BatchAssembler;
import io.flinklm.replica.ReplicaLoop;
import io.flinklm.train.Exchange;
import io.flinklm.train.OnNonfinite;
import io.flinklm.train.PlainLoop;
import io.flinklm.train.Replication;
import io.flinklm.train.Report;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import io.flinklm.train.TrainingConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Replicas in subtasks of Flink, whose state moves between them: the bits are the loop's. */
class ReplicaTrainOperatorTest {
  private static final SmallText TEXT = SmallText.of(0);
  private static final JobOptions OPTIONS =
      JobOptions.of(DeviceChoice.CPU, "nonfinite").withOutput(2, Duration.ZERO);

  private static TrainingConfig config(int replicas, int round, Exchange exchange) {
    return TEXT.config().withReplication(new Replication(replicas, round, exchange));
  }

  private static List<Report> loop(TrainingConfig config) {
    List<Report> reports = new ArrayList<>();
    Training training =
        Training.of(config, SmallText.VOCABULARY.fingerprint(), Device.cpu(), reports::add);
    try (ReplicaLoop loop = new ReplicaLoop(training, Trainer::drawn)) {
      new PlainLoop(
              TEXT.corpus(),
              TEXT.lanes(),
              (index, position) -> 1 + SmallText.VOCABULARY.length(TEXT.corpus()[index]))
          .run(loop, SmallText.EPOCHS);
    }
    return reports.stream().map(SmallText::timeless).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "2, 3, WEIGHTS_AND_MOMENTS, 1",
    "2, 5, WEIGHTS, 2",
    "4, 3, WEIGHTS_AND_MOMENTS, 4",
    "4, 100, WEIGHTS, 3"
  })
  void theSubtasksAreTheLoop(int replicas, int round, Exchange exchange, int parallelism)
      throws Exception {
    TrainingConfig config = config(replicas, round, exchange);
    try (ReplicaSubtasks<LaneEvent> job = ReplicaSubtasks.ofLanes(config, OPTIONS, round)) {
      job.start(parallelism, null);
      for (LaneEvent event : SmallText.interleaved(TEXT.events(), new Random(round))) {
        job.feed(event);
      }
      job.end();

      List<Report> expected = loop(config);
      assertThat(job.reports()).isEqualTo(expected);
      Report.RunEnd end = (Report.RunEnd) expected.get(expected.size() - 1);
      assertThat(job.models().get(job.models().size() - 1).sha256()).isEqualTo(end.weightsSha256());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void killedAndRescaledInTheMiddleOfRoundsTheyEndAsTheLoop(long seed) throws Exception {
    TrainingConfig config = config(4, 3, Exchange.WEIGHTS_AND_MOMENTS);
    List<LaneEvent> events = SmallText.interleaved(TEXT.events(), new Random(seed));
    int[] parallelisms = {4, 2, 1, 4, 3};
    Random random = new Random(seed);
    try (ReplicaSubtasks<LaneEvent> job = ReplicaSubtasks.ofLanes(config, OPTIONS, seed)) {
      ReplicaSubtasks.Checkpoint checkpoint = null;
      int kept = 0;
      for (int start = 0; start < parallelisms.length; start++) {
        job.start(parallelisms[start], checkpoint);
        int stop = kept + 1 + random.nextInt(events.size() / parallelisms.length);
        for (LaneEvent event : events.subList(kept, stop)) {
          job.feed(event);
        }
        checkpoint = job.checkpoint();
        kept = stop;
        // What is done behind the checkpoint is lost, and done again.
        int lost = Math.min(events.size(), kept + random.nextInt(20));
        for (LaneEvent event : events.subList(kept, lost)) {
          job.feed(event);
        }
      }
      job.start(2, checkpoint);
      for (LaneEvent event : events.subList(kept, events.size())) {
        job.feed(event);
      }
      job.end();

      List<Report> expected = loop(config);
      assertThat(job.reports().get(job.reports().size() - 1))
          .isEqualTo(expected.get(expected.size() - 1));
      assertThat(expected).containsAll(job.reports());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0 1 2", "0 2"})
  void lanesWithoutTextAndReplicasWithoutAnyAreDefined(String lanesWithText) throws Exception {
    TrainingConfig config = config(2, 3, Exchange.WEIGHTS_AND_MOMENTS);
    List<List<LaneEvent>> some =
        Stream.of(lanesWithText.split(" "))
            .map(lane -> TEXT.events().get(Integer.parseInt(lane)))
            .toList();
    try (ReplicaSubtasks<LaneEvent> job = ReplicaSubtasks.ofLanes(config, OPTIONS, 1)) {
      job.start(2, null);
      for (LaneEvent event : SmallText.interleaved(some, new Random(1))) {
        job.feed(event);
      }
      job.hearAll();
      assertThat(job.reports()).as("others wait for who has no text").isEmpty();
      job.end();

      assertThat(job.reports()).isEqualTo(loop(config, some));
    }
  }

  private static List<Report> loop(TrainingConfig config, List<List<LaneEvent>> lanes) {
    BatchAssembler assembler = new BatchAssembler(config.laneCount());
    lanes.forEach(lane -> lane.forEach(event -> assembler.add(((LaneEvent.Cut) event).chunk())));
    List<Report> reports = new ArrayList<>();
    Training training =
        Training.of(config, SmallText.VOCABULARY.fingerprint(), Device.cpu(), reports::add);
    try (ReplicaLoop loop = new ReplicaLoop(training, Trainer::drawn)) {
      for (Optional<Batch> batch = assembler.nextOfWaiting();
          batch.isPresent();
          batch = assembler.nextOfWaiting()) {
        loop.accept(batch.get());
      }
      loop.finish();
    }
    return reports.stream().map(SmallText::timeless).toList();
  }

  @Test
  void withATimeoutASilentReplicaIsWaitedForSoLong() throws Exception {
    TrainingConfig config = config(2, 3, Exchange.WEIGHTS_AND_MOMENTS);
    JobOptions patient = OPTIONS.withLaneTimeout(Optional.of(Duration.ofSeconds(1)));
    List<List<LaneEvent>> ofFirst = List.of(TEXT.events().get(0), TEXT.events().get(2));
    List<LaneEvent> others = SmallText.interleaved(ofFirst, new Random(1));
    try (ReplicaSubtasks<LaneEvent> job = ReplicaSubtasks.ofLanes(config, patient, 1)) {
      job.start(2, null);
      for (LaneEvent event : others) {
        job.feed(event);
      }
      job.hearAll();
      int waiting = job.averages().size();
      for (int second = 1; second <= 60; second++) {
        job.setProcessingTime(second * 1_000L);
      }

      assertThat(waiting).isZero();
      assertThat(job.averages()).as("rounds went on without it").hasSizeGreaterThan(5);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 100})
  void theBooksAreToldTheWeightsThatAreEvaluated(int round) throws Exception {
    TrainingConfig config = config(2, round, Exchange.WEIGHTS_AND_MOMENTS);
    // Nothing else would have weights told to the books.
    JobOptions seldom = OPTIONS.withOutput(1_000, Duration.ofHours(1));
    try (ReplicaSubtasks<LaneEvent> job = ReplicaSubtasks.ofLanes(config, seldom, 1)) {
      job.start(2, null);
      for (LaneEvent event : SmallText.interleaved(TEXT.events(), new Random(1))) {
        job.feed(event);
      }
      job.end();

      List<Long> evaluated =
          loop(config).stream()
              .filter(of -> of instanceof Report.SegmentEnd && of.split().equals("valid"))
              .map(Report::step)
              .toList();
      assertThat(evaluated).hasSize(SmallText.EPOCHS);
      assertThat(job.averages()).containsAll(evaluated);
    }
  }

  @Test
  void aDamagedRecordIsToldOnceMore() throws Exception {
    TrainingConfig config = config(2, 3, Exchange.WEIGHTS_AND_MOMENTS);
    try (ReplicaSubtasks<LaneEvent> job = ReplicaSubtasks.ofLanes(config, OPTIONS, 1)) {
      job.start(2, null);
      int events = 0;
      int damaged = 0;
      for (LaneEvent event : SmallText.interleaved(TEXT.events(), new Random(1))) {
        job.feed(event);
        if (++events % 7 == 0 && job.damageNext()) {
          damaged++;
        }
      }
      job.end();

      assertThat(damaged).isPositive();
      assertThat(job.reports()).isEqualTo(loop(config));
    }
  }

  @Test
  void surprisalsAreOfTheWeightsThatEachReplicaHas() throws Exception {
    TrainingConfig config = config(2, 3, Exchange.WEIGHTS_AND_MOMENTS);
    JobOptions scoring = OPTIONS.withScores(true).withTestsOfAll(true);
    try (ReplicaSubtasks<LaneEvent> job = ReplicaSubtasks.ofLanes(config, scoring, 1)) {
      job.start(2, null);
      for (LaneEvent event : SmallText.interleaved(TEXT.events(), new Random(1))) {
        job.feed(event);
      }
      job.end();

      List<ChunkSurprisals> ofNew =
          job.surprisals().stream().filter(of -> of.run().segment().epoch() == 0).toList();
      double nats = 0;
      for (ChunkSurprisals of : ofNew) {
        for (float each : of.nats()) {
          nats += each;
        }
      }
      // Nobody predicts the first token of a lane, in either split: the code has it as one of all.
      nats += 2 * config.laneCount() * Math.log(config.net().vocabulary());
      List<Report> reports = job.reports();
      double bytes = reports.get(reports.size() - 1).bytes().codeLength().bytes();
      assertThat(nats / Math.log(2) / Byte.SIZE).isCloseTo(bytes, within(1e-4));
      assertThat(ofNew)
          .extracting(of -> of.run().owner().lane() + " " + of.run().segment() + " " + of.from())
          .doesNotHaveDuplicates();
      assertThat(ofNew).extracting(of -> of.run().owner().lane()).contains(0, 1, 2, 3);
    }
  }

  @Test
  void aStepThatIsSkippedIsSkippedAsInTheLoop() throws Exception {
    TrainingConfig config =
        TEXT.overflowing(OnNonfinite.SKIP).withReplication(new Replication(2, 3, Exchange.WEIGHTS));
    try (ReplicaSubtasks<LaneEvent> job = ReplicaSubtasks.ofLanes(config, OPTIONS, 1)) {
      job.start(2, null);
      for (LaneEvent event : SmallText.interleaved(TEXT.events(), new Random(1))) {
        job.feed(event);
      }
      job.end();

      List<Report> expected = loop(config);
      assertThat(job.reports()).isEqualTo(expected);
      assertThat(expected.get(expected.size() - 1).tokensRefused()).containsKey("nonfinite");
    }
  }

  @Test
  void replicasAreSpreadEvenlyAtAnyParallelism() {
    for (int replicas = 1; replicas <= 20; replicas++) {
      ReplicaKeys keys = new ReplicaKeys(replicas);
      for (int parallelism = 1; parallelism <= replicas; parallelism++) {
        List<Integer> all = new ArrayList<>();
        for (int subtask = 0; subtask < parallelism; subtask++) {
          List<Integer> here = keys.here(subtask, parallelism);
          assertThat(here.size())
              .isBetween(replicas / parallelism, (replicas + parallelism - 1) / parallelism);
          all.addAll(here);
        }
        assertThat(all).hasSize(replicas).isSorted().doesNotHaveDuplicates();
      }
    }
  }
}
