package io.flinklm.job.train;

import io.flinklm.lane.BatchAssembler;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/** What the dashboard shows of the lanes: how much waits, for whom, and who is left out. */
public final class LaneGauges {
  private static final int NAMED = 8;

  private LaneGauges() {}

  /** Adds the gauges of the lanes from 0 on to a group. */
  public static void register(MetricGroup group, BatchAssembler assembler, int laneCount) {
    register(group, assembler, 0, laneCount);
  }

  /** Adds the gauges of so many lanes from one on to a group. */
  static void register(MetricGroup group, BatchAssembler assembler, int first, int laneCount) {
    group.gauge("chunksWaiting", (Gauge<Integer>) assembler::waitingChunks);
    group.gauge("lanesAwaited", (Gauge<Integer>) assembler::lanesAwaited);
    group.gauge("namesOfLanesAwaited", (Gauge<String>) () -> named(assembler.awaited()));
    group.gauge("lanesLeftOut", (Gauge<Integer>) () -> leftOut(assembler, first, laneCount).size());
    group.gauge(
        "namesOfLanesLeftOut", (Gauge<String>) () -> named(leftOut(assembler, first, laneCount)));
  }

  /** The text of lanes that waits for that of others. */
  static Stall.Waiting waiting(BatchAssembler assembler) {
    return new Stall.Waiting() {
      @Override
      public boolean isHeldBack() {
        return assembler.isHeldBack();
      }

      @Override
      public int chunks() {
        return assembler.waitingChunks();
      }

      @Override
      public String awaited() {
        return "text of lane " + named(assembler.awaited());
      }
    };
  }

  private static List<Integer> leftOut(BatchAssembler assembler, int first, int laneCount) {
    return IntStream.range(first, first + laneCount).filter(assembler::isLeftOut).boxed().toList();
  }

  /** The names of the first of them. */
  // The dashboard draws the number that a text begins with, here the first lane's.
  static String named(List<Integer> lanes) {
    String names =
        lanes.stream().limit(NAMED).map(String::valueOf).collect(Collectors.joining(", "));
    return lanes.size() > NAMED ? names + " and more" : names;
  }
}
