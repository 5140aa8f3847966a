package io.flinklm.lane;

import java.io.Serializable;

/**
 * How the text of a lane is cut into windows, each of {@code bptt} inputs with their targets, one
 * token apart.
 *
 * @param bptt inputs in a window
 * @param contiguous whether a window begins with the last target of the one before, and goes on
 *     with its hidden state; else it begins behind that, fresh
 */
public record Windows(int bptt, boolean contiguous) implements Serializable {

  /** Tokens in a window. */
  public int length() {
    return bptt + 1;
  }

  /** Positions from the beginning of a window to that of the next. */
  public int stride() {
    return contiguous ? bptt : bptt + 1;
  }

  /** Whether the window of an index starts from a zero hidden state in a segment without holes. */
  public boolean startsFresh(int index) {
    return index == 0 || !contiguous;
  }

  /** How many windows so many tokens have. */
  public long count(long tokens) {
    return contiguous ? Math.max(0, (tokens - 1) / bptt) : tokens / length();
  }

  /** How many tokens so many windows have. */
  public int tokens(int windows) {
    return windows == 0 ? 0 : contiguous ? windows * bptt + 1 : windows * length();
  }
}
