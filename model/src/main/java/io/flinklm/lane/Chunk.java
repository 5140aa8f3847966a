package io.flinklm.lane;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * A BPTT window of one lane: T + 1 token ids, of which the first T are inputs and the last T are
 * targets. The last target of a chunk is the first input of the lane's next one.
 *
 * @param lane the lane
 * @param segment the segment of the lane
 * @param index of the window in its segment, from 0
 * @param fresh whether the lane starts from a zero hidden state here: at the start of a segment and
 *     behind a hole in its text
 * @param tokens T + 1 token ids
 * @param bytes how many the tokens take
 */
public record Chunk(
    int lane, Segment segment, int index, boolean fresh, int[] tokens, ChunkBytes bytes) {

  /** A chunk of tokens that take a byte each. */
  public Chunk(int lane, Segment segment, int index, boolean fresh, int[] tokens) {
    this(lane, segment, index, fresh, tokens, ChunkBytes.oneEach(tokens.length));
  }

  /** Inputs, and as many targets: T. */
  public int length() {
    return tokens.length - 1;
  }

  /** Tokens that no earlier chunk held: T, and the first input too where the lane starts fresh. */
  public int newTokens() {
    return fresh ? tokens.length : tokens.length - 1;
  }

  /** Bytes of the tokens that no earlier chunk held. */
  int newBytes() {
    return fresh ? bytes.first() + bytes.targets() : bytes.targets();
  }

  /** Writes all of it. */
  public void write(DataOutput out) throws IOException {
    out.writeInt(lane);
    segment.write(out);
    out.writeInt(index);
    out.writeBoolean(fresh);
    out.writeInt(tokens.length);
    for (int token : tokens) {
      out.writeInt(token);
    }
    bytes.write(out);
  }

  /** Reads what {@link #write} wrote. */
  public static Chunk read(DataInput in) throws IOException {
    Chunk read = readWithoutBytes(in, id -> 0);
    return read.with(ChunkBytes.read(in));
  }

  private Chunk with(ChunkBytes of) {
    return new Chunk(lane, segment, index, fresh, tokens, of);
  }

  /**
   * Reads what was written before chunks had bytes.
   *
   * @param length bytes of a token, by id
   */
  public static Chunk readWithoutBytes(DataInput in, IntUnaryOperator length) throws IOException {
    int lane = in.readInt();
    Segment segment = Segment.read(in);
    int index = in.readInt();
    boolean fresh = in.readBoolean();
    int[] tokens = new int[in.readInt()];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = in.readInt();
    }
    return new Chunk(lane, segment, index, fresh, tokens, ChunkBytes.of(tokens, length));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Chunk that
        && lane == that.lane
        && segment.equals(that.segment)
        && index == that.index
        && fresh == that.fresh
        && Arrays.equals(tokens, that.tokens)
        && bytes.equals(that.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * lane + segment.hashCode()) + index;
  }

  @Override
  public String toString() {
    return "lane " + lane + ", " + segment + ", chunk " + index + (fresh ? ", fresh" : "");
  }
}
