package io.flinklm.text;

import io.flinklm.UserMistake;
import java.nio.ByteBuffer;

/** The ids of a text's tokens, in order. First all are added, then they are read. */
final class TokenIds {
  // What an array can hold.
  private static final int MOST = Integer.MAX_VALUE - 8;

  private final SpilledBytes bytes;
  private final ByteBuffer one = ByteBuffer.allocate(Integer.BYTES);
  private int size;

  /** None yet, to be kept there. */
  TokenIds(SpilledBytes bytes) {
    this.bytes = bytes;
  }

  /** Adds one behind the others. */
  void add(int id) {
    if (size == MOST) {
      throw new UserMistake("the corpus has more than " + MOST + " tokens; part it");
    }
    bytes.add(one.putInt(0, id).array(), 0, Integer.BYTES);
    size++;
  }

  /** How many there are. */
  int size() {
    return size;
  }

  /** The one at an index. */
  int id(int index) {
    return bytes.getInt((long) index * Integer.BYTES);
  }

  /** All of them, in memory. */
  int[] toArray() {
    int[] all = new int[size];
    for (int i = 0; i < size; i++) {
      all[i] = id(i);
    }
    return all;
  }
}
