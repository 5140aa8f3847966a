package io.flinklm.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.engine.DeviceChoice;
import io.flinklm.job.models.TrainedModel;
import io.flinklm.job.record.DeadLetter;
import io.flinklm.job.record.TextRecord;
import io.flinklm.job.train.JobOptions;
import io.flinklm.train.NonfiniteException;
import io.flinklm.train.OnNonfinite;
import io.flinklm.train.Report;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.ExceptionUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The whole job on a mini cluster, with text and results in memory and a checkpoint every 50 ms.
 */
class TrainingJobITCase {
  private static final String LOOPBACK = "127.0.0.1";

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .setConfiguration(
                  new Configuration()
                      .set(RestOptions.BIND_ADDRESS, LOOPBACK)
                      .set(JobManagerOptions.BIND_HOST, LOOPBACK)
                      .set(TaskManagerOptions.BIND_HOST, LOOPBACK))
              .build());

  private static final SmallText TEXT = SmallText.of(0);

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "1, 1, 2", "1, 3, 3", "2, 2, 4", "2, 4, 5", "2, 4, 6"})
  void theStreamIsTheLoopInWhateverOrderItArrives(int parallelism, int partitions, long seed)
      throws Exception {
    Random random = new Random(seed);
    List<TextRecord> records = SmallText.interleaved(TEXT.records(random), random);

    Run run = Run.of(PartitionedText.of(records, partitions), parallelism);

    assertThat(run.reports()).isEqualTo(TEXT.plainLoop());
    assertThat(run.models().get(run.models().size() - 1).sha256())
        .isEqualTo(run.end().weightsSha256());
    assertThat(run.deadLetters()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 10", "1, 3, 45", "2, 4, 30", "2, 2, 70"})
  void aRunThatFailsOnceEndsLikeOneThatWasLeftAlone(int parallelism, int partitions, int records)
      throws Exception {
    Random random = new Random(records);
    List<TextRecord> all = SmallText.interleaved(TEXT.records(random), random);
    Failure failure = Failure.afterCheckpoint(records, 15);

    Run run = Run.of(PartitionedText.failing(all, partitions, failure), parallelism);

    assertThat(failure.wentOnFrom()).as("offset behind the failure").isPositive();
    List<Report> expected = TEXT.plainLoop();
    assertThat(run.end()).isEqualTo(expected.get(expected.size() - 1));
    assertThat(Set.copyOf(run.reports()))
        .as("those that were written twice are the same")
        .isEqualTo(Set.copyOf(expected));
  }

  @Test
  void whatCannotBeUsedIsInDeadLettersAndInTheCounters() throws Exception {
    DamagedText text = DamagedText.of(TEXT);
    List<Report> ends = new ArrayList<>();
    for (int seed = 0; seed < 4; seed++) {
      List<TextRecord> records = SmallText.interleaved(text.lanes(), new Random(seed));

      Run run = Run.of(PartitionedText.of(records, 1 + seed), 1 + seed % 2);

      assertThat(run.deadLetters())
          .usingRecursiveFieldByFieldElementComparator()
          .containsExactlyInAnyOrderElementsOf(text.deadLetters());
      Map<String, Long> refused = new HashMap<>(run.end().tokensRefused());
      long all = refused.values().stream().mapToLong(Long::longValue).sum();
      assertThat(run.end().tokensTrained() + run.end().tokensScored() + all)
          .isEqualTo(text.tokens());
      text.refused()
          .forEach((reason, tokens) -> assertThat(refused).containsEntry(reason.label(), tokens));
      ends.add(run.end());
    }

    assertThat(Set.copyOf(ends)).as("whatever the order of arrival").hasSize(1);
  }

  @Test
  void aStepThatGivesNanEndsTheJobWithoutASecondTry() throws Exception {
    StreamExecutionEnvironment environment = environment(2);
    MemorySink<Report> metrics = new MemorySink<>(Report.class);
    List<TextRecord> records = SmallText.interleaved(TEXT.records(new Random(0)), new Random(0));
    new TrainingJob(
            TEXT.overflowing(OnNonfinite.STOP),
            SmallText.VOCABULARY,
            Optional.empty(),
            JobOptions.of(DeviceChoice.CPU, directory.toString()),
            new Endpoints(
                PartitionedText.of(records, 2),
                metrics,
                new MemorySink<>(TrainedModel.class),
                new MemorySink<>(DeadLetter.class)))
        .addTo(environment);

    assertThatThrownBy(() -> environment.execute("training"))
        .satisfies(
            e ->
                assertThat(ExceptionUtils.findThrowable(e, NonfiniteException.class))
                    .hasValueSatisfying(
                        found -> assertThat(found).hasMessageStartingWith("step 2 gave ")));

    assertThat(metrics.written()).as("a second try would report it again").hasSize(1);
  }

  private static StreamExecutionEnvironment environment(int parallelism) {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(
            new Configuration()
                .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(50))
                .set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay")
                .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1)
                .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ZERO));
    environment.setParallelism(parallelism);
    return environment;
  }

  /** What a finished job left in its sinks. */
  private record Run(
      List<Report> reports, List<TrainedModel> models, List<DeadLetter> deadLetters) {

    static Run of(PartitionedText text, int parallelism) throws Exception {
      MemorySink<Report> metrics = new MemorySink<>(Report.class);
      MemorySink<TrainedModel> models = new MemorySink<>(TrainedModel.class);
      MemorySink<DeadLetter> deadLetters = new MemorySink<>(DeadLetter.class);
      StreamExecutionEnvironment environment = environment(parallelism);
      new TrainingJob(
              TEXT.config(),
              SmallText.VOCABULARY,
              Optional.empty(),
              JobOptions.of(DeviceChoice.CPU, "nonfinite"),
              new Endpoints(text, metrics, models, deadLetters))
          .addTo(environment);
      environment.execute("training");
      return new Run(
          metrics.written().stream().map(SmallText::timeless).toList(),
          models.written(),
          deadLetters.written());
    }

    Report.RunEnd end() {
      return (Report.RunEnd) reports.get(reports.size() - 1);
    }
  }
}
