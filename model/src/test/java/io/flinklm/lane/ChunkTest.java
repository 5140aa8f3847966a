package io.flinklm.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChunkTest {
  private static final Segment SEGMENT = new Segment(3, Split.VALID);
  private static final Chunk CHUNK =
      new Chunk(5, SEGMENT, 7, false, new int[] {1, 29, 0, 4}, new ChunkBytes(3, 300, 7));

  @Test
  void hasAsManyTargetsAsInputs() {
    assertThat(CHUNK.length()).isEqualTo(3);
  }

  @Test
  void itsFirstInputIsNewOnlyWhereTheLaneStartsFresh() {
    Chunk fresh = new Chunk(5, SEGMENT, 7, true, CHUNK.tokens());

    assertThat(CHUNK.newTokens()).isEqualTo(3);
    assertThat(fresh.newTokens()).isEqualTo(4);
  }

  @Test
  void soAreTheBytesOfIt() {
    Chunk fresh = new Chunk(5, SEGMENT, 7, true, CHUNK.tokens(), CHUNK.bytes());

    assertThat(new Batch(SEGMENT, 7, List.of(CHUNK)).newBytes()).isEqualTo(300);
    assertThat(new Batch(SEGMENT, 7, List.of(fresh)).newBytes()).isEqualTo(303);
    assertThat(new Batch(SEGMENT, 7, List.of(fresh)).bytesOfLastTargets(3)).isEqualTo(300);
    assertThat(new Batch(SEGMENT, 7, List.of(fresh)).bytesOfLastTargets(1)).isEqualTo(7);
  }

  @Test
  void comesBackFromBytes() throws IOException {
    for (boolean fresh : new boolean[] {true, false}) {
      Chunk chunk = new Chunk(Integer.MAX_VALUE, SEGMENT, 7, fresh, CHUNK.tokens());
      assertThat(read(write(chunk))).isEqualTo(chunk);
    }
  }

  @Test
  void twoChunksFollowEachOtherInAStream() throws IOException {
    Chunk next = new Chunk(5, SEGMENT, 8, false, new int[] {4, 2});
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(write(CHUNK));
    bytes.writeBytes(write(next));
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));

    assertThat(Chunk.read(in)).isEqualTo(CHUNK);
    assertThat(Chunk.read(in)).isEqualTo(next);
    assertThat(in.available()).isZero();
  }

  @Test
  void cutBytesAreNotRead() throws IOException {
    byte[] bytes = write(CHUNK);

    assertThatThrownBy(() -> read(Arrays.copyOf(bytes, bytes.length - 1)))
        .isInstanceOf(EOFException.class);
  }

  @Test
  void isEqualByAllThatItHolds() {
    int[] tokens = CHUNK.tokens();

    assertThat(new Chunk(5, SEGMENT, 7, false, tokens.clone(), new ChunkBytes(3, 300, 7)))
        .isEqualTo(CHUNK)
        .hasSameHashCodeAs(CHUNK);
    assertThat(CHUNK)
        .isNotEqualTo(new Chunk(5, SEGMENT, 7, false, tokens))
        .isNotEqualTo(new Chunk(6, SEGMENT, 7, false, tokens))
        .isNotEqualTo(new Chunk(5, Segment.FIRST, 7, false, tokens))
        .isNotEqualTo(new Chunk(5, SEGMENT, 8, false, tokens))
        .isNotEqualTo(new Chunk(5, SEGMENT, 7, true, tokens))
        .isNotEqualTo(new Chunk(5, SEGMENT, 7, false, new int[] {1, 29, 0, 5}));
  }

  @Test
  void saysWhereItIs() {
    assertThat(CHUNK).hasToString("lane 5, epoch 3 valid, chunk 7");
  }

  private static byte[] write(Chunk chunk) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    chunk.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static Chunk read(byte[] bytes) throws IOException {
    return Chunk.read(new DataInputStream(new ByteArrayInputStream(bytes)));
  }
}
