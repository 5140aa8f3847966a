package io.flinklm.lane;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * How many bytes of text the tokens of a chunk take. The first token is apart, because it is no
 * target, and may have been a target of the chunk before; the last is too, because some models
 * predict nothing else.
 *
 * @param first of the first token
 * @param targets of all others
 * @param last of the last one, which is among the targets
 */
public record ChunkBytes(int first, int targets, int last) {

  /** Those of tokens that take a byte each. */
  static ChunkBytes oneEach(int tokens) {
    return new ChunkBytes(1, tokens - 1, 1);
  }

  /** Those of the tokens between two indexes. */
  public static ChunkBytes of(int[] lengths, int from, int to) {
    int targets = 0;
    for (int i = from + 1; i < to; i++) {
      targets += lengths[i];
    }
    return new ChunkBytes(lengths[from], targets, lengths[to - 1]);
  }

  /** Those of tokens of which each id takes as many everywhere. */
  static ChunkBytes of(int[] tokens, IntUnaryOperator length) {
    return of(Arrays.stream(tokens).map(length).toArray(), 0, tokens.length);
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(first);
    out.writeInt(targets);
    out.writeInt(last);
  }

  static ChunkBytes read(DataInput in) throws IOException {
    return new ChunkBytes(in.readInt(), in.readInt(), in.readInt());
  }
}
