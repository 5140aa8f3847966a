package io.flinklm.bench.measure;

import io.flinklm.cli.run.Reproduction;
import io.flinklm.cli.run.WorkDirectory;
import io.flinklm.cli.screen.Interruption;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * What every part of the bench that has a Kafka and a Flink is framed by: a directory that goes
 * away with it, a person's wish to stop, and what is printed at the end.
 */
public final class Measuring {
  private static final int STOPPED = 130;

  private Measuring() {}

  /**
   * What was found.
   *
   * @param text for a person
   * @param json one object on one line
   */
  public record Finding(String text, Callable<String> json) {}

  /** A measurement on a Kafka and a Flink of its own. */
  @FunctionalInterface
  public interface Measurement {
    /** Measures until it is done or a person wishes it to stop; empty if nothing was measured. */
    Optional<Finding> measure(Reproduction stream, Interruption interruption) throws Exception;
  }

  /** A measurement that starts what it needs itself, in a directory. */
  @FunctionalInterface
  public interface Frame {
    /** As {@link Measurement#measure}. */
    Optional<Finding> measure(WorkDirectory work, Interruption interruption) throws Exception;
  }

  /** Measures on a Kafka and a Flink in this process, and prints; gives the exit code. */
  public static int onStream(boolean json, Measurement measurement) throws Exception {
    return inDirectory(
        json,
        (work, interruption) -> {
          try (Reproduction stream = Reproduction.start(work.path(), 0)) {
            return measurement.measure(stream, interruption);
          }
        });
  }

  /** Measures in a directory, and prints; gives the exit code. */
  public static int inDirectory(boolean json, Frame frame) throws Exception {
    PrintStream screen = System.out;
    Interruption interruption = Interruption.listen();
    Optional<Finding> found;
    try (WorkDirectory work = WorkDirectory.create()) {
      found = frame.measure(work, interruption);
    }
    if (found.isEmpty()) {
      screen.println("Stopped; nothing was measured.");
      return STOPPED;
    }
    screen.println();
    screen.println(found.get().text());
    if (json) {
      screen.println(found.get().json().call());
    }
    return 0;
  }
}
