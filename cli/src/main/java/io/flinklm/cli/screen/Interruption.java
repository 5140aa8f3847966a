package io.flinklm.cli.screen;

import java.time.Duration;
import org.jline.utils.Signals;

/**
 * A person's wish to stop (Ctrl-C, or SIGTERM), which a run asks for between two reports so that it
 * can stop cleanly. The second wish ends the process at once.
 */
public final class Interruption {
  private static final int EXIT_CODE_OF_SIGINT = 130;

  // Less in tests, which would else take a minute.
  private static final Duration PATIENCE =
      Duration.ofSeconds(Integer.getInteger("flinklm.stop.seconds", 60));

  private volatile boolean wished;
  private volatile String unstopped;

  private Interruption() {}

  /** Listens from now on. */
  public static Interruption listen() {
    Interruption interruption = new Interruption();
    Signals.register("INT", interruption::wish);
    Signals.register("TERM", interruption::wish);
    return interruption;
  }

  /**
   * Ends the process a minute after the first wish, if it has not ended by then, whatever keeps it.
   *
   * @param message what is said then, behind that it did not stop
   */
  public void endAtLatest(String message) {
    unstopped = message;
  }

  private void wish() {
    if (wished) {
      Runtime.getRuntime().halt(EXIT_CODE_OF_SIGINT);
    }
    wished = true;
    Thread watch = new Thread(this::endUnstopped, "end at latest");
    watch.setDaemon(true);
    watch.start();
  }

  private void endUnstopped() {
    try {
      Thread.sleep(PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    if (unstopped != null) {
      System.err.println(
          "flink-lm: it did not stop within " + PATIENCE.toSeconds() + " s" + unstopped);
      Runtime.getRuntime().halt(EXIT_CODE_OF_SIGINT);
    }
  }

  /** Whether a person wants the process to end. */
  public boolean isWished() {
    return wished;
  }
}
