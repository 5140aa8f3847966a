package io.flinklm.job.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.job.SmallText;
import io.flinklm.job.lane.Tokenize;
import io.flinklm.job.record.TextRecord;
import io.flinklm.job.wire.EventType;
import io.flinklm.job.wire.LaneText;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.clusterframework.types.ResourceID;
import org.apache.flink.runtime.executiongraph.ExecutionGraphTestUtils;
import org.apache.flink.runtime.metrics.groups.TaskManagerMetricGroup;
import org.apache.flink.runtime.metrics.groups.TaskMetricGroup;
import org.apache.flink.runtime.metrics.util.TestingMetricRegistry;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** Counters go on after a restart: here those of {@code tokenize}. */
class KeptCountersTest {
  private static final Map<String, Long> COUNTS = Map.of("a", 3L, "b", 5_000_000_000L);

  @Test
  void theFirstVersionIsRead() throws Exception {
    assertThat(KeptCounters.read(KeptBlob.of("coun-1.blob").bytes())).isEqualTo(COUNTS);
  }

  @Test
  void aChangedFormatHasANewVersion() throws Exception {
    KeptBlob.of("coun-1.blob").requireUnchanged(KeptCounters.write(new TreeMap<>(COUNTS)));
  }

  @Test
  void whatIsDamagedIsRefused() throws Exception {
    KeptBlob.of("coun-1.blob").requireRefusedIfDamaged(KeptCounters::read);
  }

  @Test
  void aRestoredOperatorCountsOn() throws Exception {
    OperatorSubtaskState state;
    try (Counted before = new Counted(1, 0)) {
      before.harness.open();
      before.refuse(3);
      assertThat(before.deadLetters()).isEqualTo(3);
      state = before.harness.snapshot(1, 1);
      before.refuse(2);
    }
    try (Counted after = new Counted(1, 0)) {
      after.harness.initializeState(state);
      after.harness.open();
      assertThat(after.deadLetters()).as("as old as the checkpoint").isEqualTo(3);
      after.refuse(2);
      assertThat(after.deadLetters()).isEqualTo(5);
    }
  }

  @Test
  void noCountIsLostWhenTheOperatorIsSplitAndJoined() throws Exception {
    OperatorSubtaskState first;
    OperatorSubtaskState second;
    try (Counted one = new Counted(2, 0);
        Counted other = new Counted(2, 1)) {
      one.harness.open();
      other.harness.open();
      one.refuse(3);
      other.refuse(4);
      first = one.harness.snapshot(1, 1);
      second = other.harness.snapshot(1, 1);
    }
    OperatorSubtaskState both = AbstractStreamOperatorTestHarness.repackageState(first, second);
    try (Counted joined = new Counted(1, 0)) {
      joined.harness.initializeState(
          AbstractStreamOperatorTestHarness.repartitionOperatorState(both, 2, 2, 1, 0));
      joined.harness.open();
      assertThat(joined.deadLetters()).isEqualTo(7);
    }
  }

  /** A subtask with the metrics that it registers. */
  private static final class Counted implements AutoCloseable {
    private final Map<String, Metric> metrics = new TreeMap<>();
    private final OneInputStreamOperatorTestHarness<TextRecord, LaneText> harness;

    Counted(int parallelism, int subtask) throws Exception {
      harness =
          new OneInputStreamOperatorTestHarness<>(
              new Tokenize(SmallText.VOCABULARY, 4),
              new MockEnvironmentBuilder()
                  .setMaxParallelism(16)
                  .setParallelism(parallelism)
                  .setSubtaskIndex(subtask)
                  .setMetricGroup(group())
                  .build());
      harness.setup(EventType.LANE_TEXT.createSerializer(new SerializerConfigImpl()));
    }

    private TaskMetricGroup group() {
      TestingMetricRegistry registry =
          TestingMetricRegistry.builder()
              .setRegisterConsumer((metric, name, group) -> metrics.put(name, metric))
              .build();
      return TaskManagerMetricGroup.createTaskManagerMetricGroup(
              registry, "localhost", ResourceID.generate())
          .addJob(new JobID(), "job")
          .addTask(ExecutionGraphTestUtils.createExecutionAttemptId(), "tokenize");
    }

    void refuse(int records) throws Exception {
      for (int i = 0; i < records; i++) {
        harness.processElement(
            new TextRecord("?".getBytes(UTF_8), new byte[0], null, null, null, "text", 0, i), 0);
      }
    }

    long deadLetters() {
      return ((Counter) metrics.get("deadLetters")).getCount();
    }

    @Override
    public void close() throws Exception {
      harness.close();
    }
  }
}
