package io.flinklm.local;

import org.jline.utils.Signals;

/**
 * A person's wish to stop (Ctrl-C, or SIGTERM), which a run asks for between two reports so that it
 * can stop cleanly. The second wish ends the process at once.
 */
final class Interruption {
  private static final int EXIT_CODE_OF_SIGINT = 130;

  private volatile boolean wished;

  private Interruption() {}

  /** Listens from now on. */
  static Interruption listen() {
    Interruption interruption = new Interruption();
    Signals.register("INT", interruption::wish);
    Signals.register("TERM", interruption::wish);
    return interruption;
  }

  private void wish() {
    if (wished) {
      Runtime.getRuntime().halt(EXIT_CODE_OF_SIGINT);
    }
    wished = true;
  }

  boolean isWished() {
    return wished;
  }
}
