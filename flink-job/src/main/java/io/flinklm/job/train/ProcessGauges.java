package io.flinklm.job.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntSupplier;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * What the dashboard shows of memory that the heap does not show: the engine's is outside it. What
 * the process takes of the machine, less {@code Status.JVM.Memory.Heap.Committed} of its
 * TaskManager, is native: the engine, threads, classes, buffers.
 */
final class ProcessGauges {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";
  private static final long KIBIBYTE = 1024;

  private ProcessGauges() {}

  /** Adds them to a group, with the arrays that live in the engine between two batches. */
  static void register(MetricGroup group, IntSupplier engineArrays) {
    group.gauge("engineArrays", (Gauge<Integer>) engineArrays::getAsInt);
    // Only Linux says it in a file.
    if (Files.isReadable(STATUS)) {
      group.gauge("residentMemoryBytes", (Gauge<Long>) ProcessGauges::residentMemory);
    }
  }

  private static long residentMemory() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(RESIDENT)) {
          return KIBIBYTE * Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
      throw new IllegalStateException(STATUS + " has no line " + RESIDENT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
