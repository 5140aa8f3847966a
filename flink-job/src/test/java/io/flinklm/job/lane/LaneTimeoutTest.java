package io.flinklm.job.lane;

import static io.flinklm.job.train.TrainOperatorTest.chunks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.flinklm.engine.DeviceChoice;
import io.flinklm.job.SmallText;
import io.flinklm.job.train.JobOptions;
import io.flinklm.job.train.NonfiniteDirectory;
import io.flinklm.job.train.TrainOperator;
import io.flinklm.job.wire.EventType;
import io.flinklm.job.wire.LaneEvent;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.train.Report;
import io.flinklm.train.TrainingConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.ThrowingConsumer;

/** Four lanes, of which one or two are silent while a clock is set. */
class LaneTimeoutTest {
  private static final TrainingConfig CONFIG = SmallText.of(0).config();
  private static final Segment TRAIN = Segment.FIRST;
  private static final Segment VALID = new Segment(0, Split.VALID);
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  @Test
  void withoutATimeoutASilentLaneIsWaitedForWithoutEnd() throws Exception {
    try (Harness harness = new Harness(null)) {
      harness.open();
      feed(harness, 6, 0, 1, 3);
      harness.setProcessingTime(Duration.ofDays(365).toMillis());

      assertThat(steps(harness)).isEmpty();
    }
  }

  @Test
  void withOneTheOthersGoOnWithoutIt() throws Exception {
    try (Harness harness = new Harness(TIMEOUT)) {
      harness.open();
      feed(harness, 2, 0, 1, 3);
      harness.setProcessingTime(999);
      assertThat(steps(harness)).isEmpty();
      harness.setProcessingTime(1_000);
      assertThat(steps(harness)).containsExactly(tuple(0, 3), tuple(1, 3));

      harness.processElement(chunks(0, TRAIN, 3).get(2), 0);
      harness.processElement(chunks(1, TRAIN, 3).get(2), 0);
      assertThat(steps(harness)).as("lane 3 is waited for").hasSize(2);
      harness.processElement(chunks(3, TRAIN, 3).get(2), 0);
      assertThat(steps(harness)).element(2).isEqualTo(tuple(2, 3));
    }
  }

  @Test
  void whatItDeliversLateRidesWithTheOthersInOrder() throws Exception {
    try (Harness harness = new Harness(TIMEOUT)) {
      harness.open();
      feed(harness, 3, 0, 1, 3);
      harness.setProcessingTime(1_000);
      List<LaneEvent> late = chunks(2, TRAIN, 3);
      harness.processElement(late.get(0), 0);
      harness.processElement(late.get(1), 0);
      harness.setProcessingTime(60_000);
      assertThat(steps(harness)).as("no step of a lane alone").hasSize(3);

      for (int index = 3; index < 6; index++) {
        for (int lane : new int[] {0, 1, 3}) {
          harness.processElement(chunks(lane, TRAIN, 6).get(index), 0);
        }
      }
      assertThat(steps(harness).subList(3, 6))
          .as("then it is not waited for")
          .containsExactly(tuple(3, 4), tuple(4, 4), tuple(5, 3));
      harness.endInput();
      assertThat(harness.last().tokensTrained()).isEqualTo(3 * 25 + 9);
    }
  }

  @Test
  void itIsTakenBackWhenItHasCaughtUp() throws Exception {
    try (Harness harness = new Harness(TIMEOUT)) {
      harness.open();
      feed(harness, 2, 0, 1, 3);
      harness.setProcessingTime(1_000);
      feed(harness, 2, 2);
      assertThat(steps(harness)).containsExactly(tuple(0, 3), tuple(1, 3));

      for (int index = 2; index < 5; index++) {
        for (int lane : new int[] {0, 1, 3}) {
          harness.processElement(chunks(lane, TRAIN, 5).get(index), 0);
        }
      }
      harness.setProcessingTime(1_999);
      assertThat(steps(harness).subList(2, 4)).containsExactly(tuple(2, 4), tuple(3, 4));
      assertThat(steps(harness)).as("it is waited for").hasSize(4);
      harness.processElement(chunks(2, TRAIN, 3).get(2), 0);
      assertThat(steps(harness)).element(4).isEqualTo(tuple(4, 4));
    }
  }

  @Test
  void theClockRunsOnlyWhileOthersWait() throws Exception {
    try (Harness harness = new Harness(TIMEOUT)) {
      harness.open();
      feed(harness, 1, 0, 1, 2, 3);
      harness.setProcessingTime(5_000);
      for (int lane : new int[] {0, 1, 3}) {
        harness.processElement(chunks(lane, TRAIN, 2).get(1), 0);
      }
      harness.setProcessingTime(5_999);
      assertThat(steps(harness)).containsExactly(tuple(0, 4));
      harness.setProcessingTime(6_000);
      assertThat(steps(harness)).containsExactly(tuple(0, 4), tuple(1, 3));
    }
  }

  @Test
  void eachLaneHasATimeOfItsOwn() throws Exception {
    try (Harness harness = new Harness(TIMEOUT)) {
      harness.open();
      feed(harness, 1, 0, 1);
      harness.setProcessingTime(900);
      feed(harness, 1, 3);
      harness.setProcessingTime(1_000);
      assertThat(steps(harness)).containsExactly(tuple(0, 3));

      harness.processElement(chunks(0, TRAIN, 2).get(1), 0);
      harness.setProcessingTime(2_000);
      assertThat(steps(harness)).as("now 1 and 3 too").containsExactly(tuple(0, 3), tuple(1, 1));
    }
  }

  @Test
  void lateTextOfASegmentThatIsOverDoesNotReportItAgain() throws Exception {
    try (Harness harness = new Harness(TIMEOUT)) {
      harness.open();
      feed(harness, 1, 0, 1, 3);
      for (int lane : new int[] {0, 1, 3}) {
        harness.processElement(chunks(lane, VALID, 1).get(0), 0);
      }
      harness.setProcessingTime(1_000);
      feed(harness, 2, 2);
      harness.endInput();

      assertThat(harness.extractOutputValues())
          .filteredOn(Report.SegmentEnd.class::isInstance)
          .extracting(Report::split, Report::index)
          .containsExactly(tuple("train", 1), tuple("valid", 1));
      assertThat(harness.last().tokensTrained()).isEqualTo(4 * 5 + 4);
    }
  }

  @Test
  void noOneIsLeftOutAfterTheEndOfInput() throws Exception {
    try (Harness harness = new Harness(TIMEOUT)) {
      harness.open();
      feed(harness, 1, 0, 1);
      harness.endInput();
      int before = harness.extractOutputValues().size();
      harness.setProcessingTime(10_000);

      assertThat(harness.extractOutputValues()).hasSize(before);
    }
  }

  /** What happens to a run, with a place to stop between any two. */
  private static List<ThrowingConsumer<Harness>> story() {
    List<ThrowingConsumer<Harness>> story = new ArrayList<>();
    for (int lane : new int[] {0, 1}) {
      chunks(lane, TRAIN, 8).forEach(chunk -> story.add(h -> h.processElement(chunk, 0)));
    }
    // Before the first batch, two lanes are left out; both come back, one catches up.
    story.add(harness -> harness.setProcessingTime(1_000));
    chunks(2, TRAIN, 10).forEach(chunk -> story.add(h -> h.processElement(chunk, 0)));
    chunks(3, TRAIN, 4).forEach(chunk -> story.add(h -> h.processElement(chunk, 0)));
    chunks(0, VALID, 2).forEach(chunk -> story.add(h -> h.processElement(chunk, 0)));
    story.add(harness -> harness.setProcessingTime(2_000));
    chunks(3, TRAIN, 11).subList(4, 11).forEach(e -> story.add(h -> h.processElement(e, 0)));
    chunks(1, VALID, 2).forEach(chunk -> story.add(h -> h.processElement(chunk, 0)));
    story.add(Harness::endInput);
    return story;
  }

  @Test
  void aRestoredOperatorGoesOnWithTheSameLanesLeftOut() throws Exception {
    List<ThrowingConsumer<Harness>> story = story();
    List<Report> expected = new ArrayList<>();
    play(story, story.size(), expected);
    assertThat(expected).extracting(Report::laneCount).contains(1, 2);
    for (int stop = 1; stop < story.size(); stop++) {
      List<Report> reports = new ArrayList<>();
      play(story, stop, reports);

      assertThat(reports).as("stopped after %d", stop).isEqualTo(expected);
    }
  }

  @Test
  void withoutATimeoutARestoredOperatorWaitsForThemAgain() throws Exception {
    OperatorSubtaskState state;
    try (Harness harness = new Harness(TIMEOUT)) {
      harness.open();
      feed(harness, 2, 0, 1, 3);
      harness.setProcessingTime(1_000);
      state = harness.snapshot(1, 1);
    }
    try (Harness harness = new Harness(null)) {
      harness.initializeState(state);
      harness.open();
      for (int index = 2; index < 4; index++) {
        for (int lane : new int[] {0, 1, 3}) {
          harness.processElement(chunks(lane, TRAIN, 4).get(index), 0);
        }
      }
      assertThat(steps(harness)).isEmpty();
      feed(harness, 1, 2);
      assertThat(steps(harness)).as("it rides").containsExactly(tuple(2, 4));
      harness.processElement(chunks(2, TRAIN, 2).get(1), 0);
      assertThat(steps(harness)).containsExactly(tuple(2, 4), tuple(3, 4));
    }
  }

  /** Plays a story with one restart in it, and adds the reports of both halves. */
  private static void play(List<ThrowingConsumer<Harness>> story, int stop, List<Report> reports)
      throws Exception {
    OperatorSubtaskState state;
    long now;
    try (Harness first = new Harness(TIMEOUT)) {
      first.open();
      first.play(story.subList(0, stop), reports);
      now = first.getProcessingTime();
      state = first.snapshot(1, 1);
    }
    if (stop < story.size()) {
      try (Harness second = new Harness(TIMEOUT)) {
        second.initializeState(state);
        second.setProcessingTime(now);
        second.open();
        second.play(story.subList(stop, story.size()), reports);
      }
    }
  }

  private static void feed(Harness harness, int count, int... lanes) throws Exception {
    for (int lane : lanes) {
      for (LaneEvent event : chunks(lane, TRAIN, count)) {
        harness.processElement(event, 0);
      }
    }
  }

  private static List<org.assertj.core.groups.Tuple> steps(Harness harness) {
    return harness.extractOutputValues().stream()
        .filter(Report.Step.class::isInstance)
        .map(report -> tuple(report.index(), report.laneCount()))
        .toList();
  }

  private static final class Harness
      extends KeyedOneInputStreamOperatorTestHarness<Integer, LaneEvent, Report> {
    Harness(Duration timeout) throws Exception {
      super(
          new TrainOperator(
              CONFIG,
              SmallText.VOCABULARY,
              null,
              JobOptions.of(DeviceChoice.CPU, "nonfinite")
                  .withLaneTimeout(Optional.ofNullable(timeout)),
              new NonfiniteDirectory("nonfinite", SmallText.VOCABULARY)),
          LaneEvent::lane,
          Types.INT,
          128,
          1,
          0);
      setup(EventType.REPORT.createSerializer(new SerializerConfigImpl()));
    }

    void play(List<ThrowingConsumer<Harness>> story, List<Report> reports) throws Exception {
      for (ThrowingConsumer<Harness> event : story) {
        try {
          event.accept(this);
        } catch (Throwable e) {
          throw new AssertionError(e);
        }
      }
      extractOutputValues().forEach(report -> reports.add(SmallText.timeless(report)));
    }

    Report last() {
      List<Report> reports = extractOutputValues();
      return reports.get(reports.size() - 1);
    }
  }
}
