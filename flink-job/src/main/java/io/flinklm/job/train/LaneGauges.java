package io.flinklm.job.train;

import io.flinklm.lane.BatchAssembler;
import java.util.Collection;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
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
    register(
        group,
        assembler::waitingChunks,
        assembler::awaited,
        () -> leftOut(assembler, IntStream.range(0, laneCount)).boxed().toList());
  }

  /** Adds those of the lanes of several replicas. */
  static void register(MetricGroup group, Collection<ReplicaOfLanes> replicas) {
    register(
        group,
        () -> replicas.stream().mapToInt(ReplicaOfLanes::chunksWaiting).sum(),
        () -> replicas.stream().flatMap(of -> of.assembler().awaited().stream()).toList(),
        () ->
            replicas.stream()
                .flatMapToInt(of -> leftOut(of.assembler(), of.lanes()))
                .boxed()
                .toList());
  }

  private static void register(
      MetricGroup group,
      IntSupplier chunks,
      Supplier<List<Integer>> awaited,
      Supplier<List<Integer>> leftOut) {
    group.gauge("chunksWaiting", (Gauge<Integer>) chunks::getAsInt);
    group.gauge("lanesAwaited", (Gauge<Integer>) () -> awaited.get().size());
    group.gauge("namesOfLanesAwaited", (Gauge<String>) () -> named(awaited.get()));
    group.gauge("lanesLeftOut", (Gauge<Integer>) () -> leftOut.get().size());
    group.gauge("namesOfLanesLeftOut", (Gauge<String>) () -> named(leftOut.get()));
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

  private static IntStream leftOut(BatchAssembler assembler, IntStream lanes) {
    return lanes.filter(assembler::isLeftOut);
  }

  /** The names of the first of them. */
  // The dashboard draws the number that a text begins with, here the first lane's.
  static String named(List<Integer> lanes) {
    String names =
        lanes.stream().limit(NAMED).map(String::valueOf).collect(Collectors.joining(", "));
    return lanes.size() > NAMED ? names + " and more" : names;
  }
}
