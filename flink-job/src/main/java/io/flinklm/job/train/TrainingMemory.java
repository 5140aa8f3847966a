package io.flinklm.job.train;

import com.sun.management.OperatingSystemMXBean;
import io.flinklm.UserMistake;
import io.flinklm.job.train.TrainingHeap.Work;
import io.flinklm.net.NetConfig;
import io.flinklm.train.StepCost;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * The memory of the machine that a process takes for a training: its Java heap, what Java, Flink,
 * Kafka and the engine take for themselves, and what the engine takes for the model, unless that is
 * on a GPU. An estimate: of sixteen trainings the largest amount that they took (VmHWM) was 0.84 to
 * 1.3 of it. docs/decisions/0005 has them.
 *
 * @param work of the process
 * @param cost of a step
 * @param ofEngine whether the engine's memory is the machine's
 * @param heap that Java has taken already, in MiB
 */
public record TrainingMemory(Work work, StepCost cost, boolean ofEngine, long heap) {
  private static final long MEBIBYTE = 1 << 20;
  private static final int MEBIBYTES_A_GIBIBYTE = 1024;

  // Measured at hidden 64, less the heap of 256 MiB that the launcher takes from the start.
  private static final long BESIDE_HEAP = 280;
  private static final long BESIDE_HEAP_OF_STREAM = 420;

  /** Of this process. */
  public static TrainingMemory here(Work work, StepCost cost, boolean ofEngine) {
    return new TrainingMemory(work, cost, ofEngine, Runtime.getRuntime().totalMemory() / MEBIBYTE);
  }

  /** In MiB. */
  public long mebibytes() {
    return mebibytes(cost);
  }

  private long mebibytes(StepCost of) {
    long beside = work == Work.LOOP ? BESIDE_HEAP : BESIDE_HEAP_OF_STREAM;
    return Math.max(heap, TrainingHeap.of(work, of.net()).needed())
        + beside
        + (ofEngine ? (long) (of.engineBytes() / MEBIBYTE) : 0);
  }

  /**
   * Refuses a training for which this machine, or the container of this process, has too little
   * memory.
   *
   * @throws UserMistake if it has
   */
  public void requireHere() {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    tooLittle(system.getTotalMemorySize() / MEBIBYTE)
        .ifPresent(
            mistake -> {
              throw new UserMistake(mistake);
            });
  }

  /** What is wrong where there are so many MiB; empty if nothing is. */
  Optional<String> tooLittle(long there) {
    return mebibytes() <= there
        ? Optional.empty()
        : Optional.of(
            "the model has %,d parameters and %,d words in its vocabulary: with %,d lanes of %,d"
                    .formatted(
                        cost.parameters(), cost.net().vocabulary(), cost.laneCount(), cost.bptt())
                + " tokens its training needs about %s of memory, and this machine has %s; %s"
                    .formatted(inWords(mebibytes()), inWords(there), help(there)));
  }

  /** An amount of memory for a person. */
  public static String inWords(long mebibytes) {
    return mebibytes < MEBIBYTES_A_GIBIBYTE
        ? "%,d MiB".formatted(mebibytes)
        : String.format(Locale.ROOT, "%,.1f GiB", (double) mebibytes / MEBIBYTES_A_GIBIBYTE);
  }

  // Each alone, and the rest as it is.
  private String help(long there) {
    NetConfig net = cost.net();
    List<String> fitting = new ArrayList<>();
    smaller(net.hidden(), hidden -> with(hidden, net.vocabulary(), cost.laneCount()), there)
        .ifPresent(hidden -> fitting.add("--hidden " + hidden));
    smaller(net.vocabulary(), words -> with(net.hidden(), words, cost.laneCount()), there)
        .ifPresent(words -> fitting.add("--vocabulary-size " + words));
    smaller(cost.laneCount(), lanes -> with(net.hidden(), net.vocabulary(), lanes), there)
        .filter(lanes -> lanes % cost.replicas() == 0)
        .ifPresent(lanes -> fitting.add("--lanes " + lanes));
    return fitting.isEmpty()
        ? "choose a smaller --hidden, --layers, --lanes, --bptt or vocabulary"
        : String.join(" or ", fitting) + " would fit";
  }

  private Optional<Integer> smaller(int from, IntFunction<StepCost> made, long there) {
    for (int value = from / 2; value > 0; value /= 2) {
      StepCost smaller = made.apply(value);
      if (mebibytes(smaller) <= there && TrainingHeap.of(work, smaller.net()).isAddressable()) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }

  private StepCost with(int hidden, int vocabulary, int lanes) {
    NetConfig net = cost.net();
    int embedding = net.embedding() == net.hidden() ? hidden : net.embedding();
    return new StepCost(
        new NetConfig(
            net.model(),
            vocabulary,
            hidden,
            net.layers(),
            net.dropout(),
            embedding,
            net.awdDropout()),
        lanes,
        cost.bptt(),
        Math.min(cost.shards(), Math.max(1, lanes / cost.replicas())),
        cost.replicas());
  }
}
