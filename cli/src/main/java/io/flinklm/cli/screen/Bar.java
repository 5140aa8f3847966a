package io.flinklm.cli.screen;

import java.nio.charset.Charset;

/** A share, drawn as a bar of characters that the process's output can write. */
final class Bar {
  private static final boolean LINES = canWrite("━╌");
  private static final String DONE = LINES ? "━" : "=";
  private static final String TO_DO = LINES ? "╌" : ".";

  private Bar() {}

  /**
   * @param share from 0 to 1; what is outside counts as the nearer of the two
   * @param length in characters
   */
  static String of(double share, int length) {
    int done = (int) Math.round(Math.max(0, Math.min(1, share)) * length);
    return DONE.repeat(done) + TO_DO.repeat(length - done);
  }

  private static boolean canWrite(String characters) {
    String encoding =
        System.getProperty("stdout.encoding", System.getProperty("native.encoding", "US-ASCII"));
    return Charset.forName(encoding).newEncoder().canEncode(characters);
  }
}
