package io.flinklm.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.application.settings.JobTuning;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.cli.FlinkLm;
import io.flinklm.cli.run.OutDirectory;
import io.flinklm.cli.run.RunSettings;
import io.flinklm.cli.run.StreamRun;
import io.flinklm.lane.Lanes;
import io.flinklm.local.flink.Cluster;
import io.flinklm.local.flink.RunningJob;
import io.flinklm.local.process.ClassPath;
import io.flinklm.producer.LanePlan;
import io.flinklm.text.Corpus;
import io.flinklm.text.Tokenizer;
import io.flinklm.topics.admin.TopicSetup;
import io.flinklm.topics.client.MetricsFollower;
import io.flinklm.train.Fit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Flink and Kafka as processes of their own, and one job that is stopped there and submitted again
 * and again, with another parallelism each time.
 */
class SessionClusterITCase {
  private static final int EPOCHS = 6;
  private static final int PARTITIONS = 4;
  private static final int PORTIONS = 4;
  private static final Corpus CORPUS = Corpus.humanNumbers();
  private static final Tokenizer VOCABULARY = CORPUS.tokenizer();
  private static final ModelSettings MODEL = ModelSettings.ofChapter(Fit.of("lmmodel7"), 3);
  private static final Lanes LANES = Lanes.of(CORPUS.size(), MODEL.laneCount(), MODEL.bptt());

  @TempDir private Path directory;

  @Test
  void stoppedRescaledAndSubmittedAgainGivesTheBitsOfThePlainLoop() throws Exception {
    OutDirectory out = OutDirectory.open(directory);
    Comparison comparison =
        new Comparison(LoopOfNumbers.reports(MODEL, LANES.steps(EPOCHS), EPOCHS));
    try (ChaosCluster processes =
        ChaosCluster.start(
            ClassPath.ofThisProcess(FlinkLm.class),
            directory,
            out.checkpoints(),
            Duration.ofSeconds(1))) {
      StreamRun run = run(processes, out);
      LanePlan plan = LanePlan.of(CORPUS, LANES, EPOCHS);
      TextPortions text = new TextPortions(run.kafka(), plan, PORTIONS);
      Cluster cluster = processes.cluster();
      try (MetricsFollower follower = MetricsFollower.fromNowOn(run.kafka())) {
        RunningJob one = run.start(cluster, Optional.empty());
        awaitPortion(1, text, follower, comparison);
        Path savepoint = one.stopWithSavepoint(directory.resolve("savepoints"));

        RunningJob four = run.start(cluster.withParallelism(4), Optional.of(savepoint));
        awaitPortion(2, text, follower, comparison);
        four.stop();

        RunningJob two = run.start(cluster.withParallelism(2), out.newestCheckpoint());
        awaitPortion(3, text, follower, comparison);
        savepoint = two.stopWithSavepoint(directory.resolve("savepoints"));

        RunningJob last = run.start(cluster, Optional.of(savepoint));
        text.publishNext();
        await(Long.MAX_VALUE, follower, comparison);
        last.finish();
        assertThat(last.failure()).isEmpty();
      }
    }
    assertThat(comparison.differences()).isEmpty();
  }

  private static StreamRun run(ChaosCluster processes, OutDirectory out) throws Exception {
    TopicSetup topics = new TopicSetup(processes.kafka().address());
    topics.createAll(PARTITIONS, Map.of());
    LanePlan plan = LanePlan.of(CORPUS, LANES, EPOCHS);
    RunSettings settings =
        RunSettings.ofNumbers(MODEL, LANES, EPOCHS, PARTITIONS).publishing(plan, topics.textEnd());
    return new StreamRun(
        settings,
        VOCABULARY,
        processes.kafka().address(),
        Optional.empty(),
        out,
        JobTuning.DEFAULT);
  }

  // Half of a portion: that much is trained whatever is on its way at the portion's end.
  private static void awaitPortion(
      int portion, TextPortions text, MetricsFollower follower, Comparison comparison)
      throws InterruptedException {
    text.publishNext();
    await(comparison.steps() * (2L * portion - 1) / (2 * PORTIONS), follower, comparison);
  }

  private static void await(long step, MetricsFollower follower, Comparison comparison)
      throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (comparison.step() < step && !comparison.isAtEnd()) {
      assertThat(System.nanoTime()).as("step " + step + " in time").isLessThan(deadline);
      follower.next().forEach(comparison::add);
    }
  }
}
