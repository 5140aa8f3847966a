package io.flinklm.net;

import io.flinklm.UserMistake;

/**
 * Who computes an LSTM: the engine, in one call, or the chapter's cell from scratch. Same weights.
 */
public enum Cell {
  /** The engine's own LSTM. */
  ENGINE,
  /** {@link LstmCell}, step by step. */
  SCRATCH;

  /**
   * The cell that a person's word means.
   *
   * @throws UserMistake if it is neither {@code engine} nor {@code scratch}
   */
  public static Cell of(String name) {
    return switch (name) {
      case "engine" -> ENGINE;
      case "scratch" -> SCRATCH;
      default -> throw new UserMistake("--cell is engine or scratch, not '" + name + "'");
    };
  }
}
