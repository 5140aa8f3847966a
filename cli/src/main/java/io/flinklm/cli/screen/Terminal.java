package io.flinklm.cli.screen;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;

/**
 * The terminal of the process, as the programs {@code test} and {@code stty} see it: Java's own
 * {@code Console} knows no size, and since Java 22 it is there without a terminal too.
 */
public final class Terminal {
  /** File descriptor of {@link System#out}. */
  public static final int OUT = 1;

  /** File descriptor of {@link System#err}. */
  public static final int ERR = 2;

  private static final int USUAL_COLUMNS = 80;

  private Terminal() {}

  /**
   * Whether what is written to a file descriptor appears on a terminal that knows control
   * sequences.
   *
   * @param descriptor {@link #OUT} or {@link #ERR}
   */
  public static boolean shows(int descriptor) {
    String kind = System.getenv("TERM");
    return kind != null
        && !kind.isEmpty()
        && !kind.equals("dumb")
        && succeeds("test", "-t", Integer.toString(descriptor));
  }

  /** Says in one line what a person should know, although the command goes on. */
  public static void warn(String line) {
    System.err.println("flink-lm: warning: " + line);
  }

  private static boolean succeeds(String... command) {
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Width of the terminal that the process was started from; 80 where nobody can say. */
  static int columns() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(Redirect.DISCARD)
              .start();
      return columns(
          new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip());
    } catch (IOException e) {
      return USUAL_COLUMNS;
    }
  }

  /**
   * @param size rows and columns, as {@code stty size} prints them
   */
  static int columns(String size) {
    // A serial line has no size: 0 0.
    return size.matches("[0-9]+ [1-9][0-9]{0,4}")
        ? Integer.parseInt(size.substring(size.indexOf(' ') + 1))
        : USUAL_COLUMNS;
  }
}
