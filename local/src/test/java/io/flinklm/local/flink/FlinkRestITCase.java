package io.flinklm.local.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlinkRestITCase {
  private static final String OPERATOR = "train";
  private static final String IN = "numRecordsIn";
  private static final long PATIENCE_MILLIS = 30_000;

  @TempDir static Path directory;
  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = Cluster.start(0, directory, Duration.ofMillis(200), 1);
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  @Test
  void anErrorAnswerIsAnExceptionThatSaysStatusAndWhatWasAsked() throws Exception {
    JobID none = new JobID();
    try (FlinkRest rest = new FlinkRest(cluster.dashboard())) {
      List<Callable<?>> asked =
          List.of(
              () -> rest.taskManagersOf(none, OPERATOR),
              () -> rest.metric(none, OPERATOR, IN),
              () -> rest.metrics(none, OPERATOR, List.of(IN)),
              () -> rest.failures(none));
      assertThat(asked)
          .allSatisfy(
              question ->
                  assertThatThrownBy(question::call)
                      .isInstanceOf(IOException.class)
                      .hasMessageContaining("404")
                      .hasMessageContaining("/jobs/" + none)
                      .hasMessageNotContaining("\n"));
    }
  }

  @Test
  void nobodyThatAnswersIsAnExceptionThatSaysWhere() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    try (FlinkRest rest = new FlinkRest("http://localhost:" + free)) {
      assertThatThrownBy(() -> rest.failures(new JobID()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("localhost:" + free);
    }
  }

  @Test
  void tellsWhereAJobRunsWhatItHasTakenAndHowItFailed() throws Exception {
    try (FlinkRest rest = new FlinkRest(cluster.dashboard())) {
      RunningJob job = cluster.submit(failingAt(2000), "fails");
      await(() -> rest.metrics(job.id(), OPERATOR, List.of(IN)).getOrDefault(IN, 0L) > 0);
      assertThat(Long.parseLong(rest.metric(job.id(), OPERATOR, IN))).isPositive();
      assertThat(rest.metrics(job.id(), OPERATOR, List.of("none"))).isEqualTo(Map.of());
      assertThat(rest.metric(job.id(), "nobody", IN)).isEmpty();
      assertThat(rest.taskManagersOf(job.id(), OPERATOR)).hasSize(1).doesNotContain("");
      await(() -> rest.checkpointsOfNewestJob().completed() > 0);

      await(() -> rest.failures(job.id()).size() > 1);
      List<JobFailure> failures = rest.failures(job.id());
      assertThat(failures)
          .allSatisfy(
              failure -> {
                assertThat(failure.cause()).isEqualTo("IllegalStateException: as planned");
                assertThat(failure.task()).startsWith(OPERATOR);
              });
      assertThat(failures.get(0).time()).isLessThan(failures.get(1).time());
      job.cancel();
    }
  }

  private static StreamExecutionEnvironment failingAt(long last) {
    StreamExecutionEnvironment environment = cluster.environment(Optional.empty());
    environment
        .fromSource(
            new NumberSequenceSource(1, Long.MAX_VALUE), WatermarkStrategy.noWatermarks(), "text")
        .map(
            number -> {
              if (number % last == 0) {
                throw new IllegalStateException("as planned");
              }
              Thread.sleep(1);
              return number;
            })
        .disableChaining()
        .name(OPERATOR)
        .sinkTo(new DiscardingSink<>());
    return environment;
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    long end = System.currentTimeMillis() + PATIENCE_MILLIS;
    while (!condition.call()) {
      assertThat(System.currentTimeMillis()).as("patience").isLessThan(end);
      Thread.sleep(100);
    }
  }
}
