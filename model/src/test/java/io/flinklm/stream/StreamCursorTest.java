package io.flinklm.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.lane.Chunk;
import io.flinklm.lane.ChunkBytes;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Windows;
import io.flinklm.text.TextTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StreamCursorTest {
  private static final Windows CUT = new Windows(3, true);
  private static final long TTL = 100;

  private final Told told = new Told();
  private final StreamCursor cursor = new StreamCursor("key a", CUT, TTL);

  /** What a cursor told, in order. */
  private static final class Told implements StreamCursor.Events {
    private final List<StreamChunk> chunks = new ArrayList<>();
    private final List<StreamEnd> ends = new ArrayList<>();
    private int started;

    @Override
    public void started() {
      started++;
    }

    @Override
    public void cut(StreamChunk chunk) {
      chunks.add(chunk);
    }

    @Override
    public void ended(StreamEnd end) {
      ends.add(end);
    }
  }

  private static TextTokens tokens(int... ids) {
    // Each token takes as many bytes as its id says.
    return new TextTokens(ids, ids.clone());
  }

  private static StreamChunk chunk(long time, int index, boolean fresh, int... ids) {
    return chunk(10, time, index, fresh, ids);
  }

  private static StreamChunk chunk(long began, long time, int index, boolean fresh, int... ids) {
    int targets = Arrays.stream(ids, 1, ids.length).sum();
    ChunkBytes bytes = new ChunkBytes(ids[0], targets, ids[ids.length - 1]);
    Chunk chunk = new Chunk(0, Segment.FIRST, index, fresh, ids, bytes);
    return new StreamChunk("key a", began, time, chunk);
  }

  @Test
  void aChunkHasTheLargestTimeUpToTheRecordThatFilledIt() {
    cursor.accept(10, tokens(1, 2), told);
    cursor.accept(30, tokens(3), told);
    cursor.accept(20, tokens(4, 5), told);
    cursor.accept(15, tokens(6, 7), told);
    cursor.accept(31, tokens(8, 9, 10), told);

    assertThat(told.chunks)
        .containsExactly(
            chunk(30, 0, true, 1, 2, 3, 4),
            chunk(30, 1, false, 4, 5, 6, 7),
            chunk(31, 2, false, 7, 8, 9, 10));
    assertThat(told.started).isEqualTo(1);
    assertThat(told.ends).isEmpty();
  }

  @Test
  void samplesAreAllFresh() {
    StreamCursor samples = new StreamCursor("key a", new Windows(3, false), TTL);
    samples.accept(10, tokens(1, 2, 3, 4, 5, 6, 7, 8, 9), told);
    samples.end(told);

    assertThat(told.chunks)
        .containsExactly(chunk(10, 0, true, 1, 2, 3, 4), chunk(10, 1, true, 5, 6, 7, 8));
    assertThat(told.ends).containsExactly(new StreamEnd("key a", 110, 1, 9));
  }

  @Test
  void aStreamThatWasSilentForLongerThanItsTimeToLiveStartsAnew() {
    cursor.accept(10, tokens(1, 2, 3, 4, 5), told);
    cursor.accept(110, tokens(6), told);
    assertThat(told.started).isEqualTo(1);
    cursor.accept(211, tokens(7, 8, 9, 10), told);

    assertThat(told.chunks)
        .containsExactly(chunk(10, 0, true, 1, 2, 3, 4), chunk(211, 211, 0, true, 7, 8, 9, 10));
    assertThat(told.ends).containsExactly(new StreamEnd("key a", 210, 2, 11));
    assertThat(told.started).isEqualTo(2);
  }

  @Test
  void positionsAreCountedFromWhereAStreamBegan() {
    assertThat(cursor.accept(10, tokens(1, 2), told)).isZero();
    assertThat(cursor.accept(20, tokens(3, 4, 5), told)).isEqualTo(2);
    assertThat(cursor.accept(20, TextTokens.NONE, told)).isEqualTo(5);
    assertThat(cursor.accept(30, tokens(6, 7, 8), told)).isEqualTo(5);
    assertThat(cursor.began()).isEqualTo(10);
    assertThat(cursor.accept(211, tokens(9), told)).isZero();
    assertThat(cursor.began()).isEqualTo(211);
  }

  @Test
  void oneThatEndsWithAChunkLeavesNothing() {
    cursor.accept(10, tokens(1, 2, 3, 4), told);
    cursor.end(told);

    assertThat(told.ends).containsExactly(new StreamEnd("key a", 110, 0, 0));
  }

  @Test
  void textWithoutATokenIsASignOfLife() {
    cursor.accept(10, tokens(1, 2), told);
    cursor.accept(100, TextTokens.NONE, told);
    cursor.accept(200, tokens(3, 4), told);

    assertThat(told.chunks).containsExactly(chunk(200, 0, true, 1, 2, 3, 4));
  }

  @Test
  void aCursorThatWasWrittenGoesOnAndNoTokenIsLostOrTwice() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      Told whole = new Told();
      Told pieces = new Told();
      StreamCursor one = new StreamCursor("key a", CUT, TTL);
      StreamCursor other = new StreamCursor("key a", CUT, TTL);
      long time = 0;
      int produced = 0;
      for (int record = 0; record < 40; record++) {
        time += random.nextInt(random.nextInt(5) == 0 ? 300 : 60);
        int[] ids = IntStream.range(0, random.nextInt(9)).map(i -> 1 + i).toArray();
        produced += ids.length;
        one.accept(time, tokens(ids), whole);
        other.accept(time, tokens(ids), pieces);
        if (random.nextBoolean()) {
          other = StreamCursor.read("key a", CUT, TTL, other.write());
        }
      }
      one.end(whole);
      other.end(pieces);

      assertThat(pieces.chunks).isEqualTo(whole.chunks);
      assertThat(pieces.ends).isEqualTo(whole.ends);
      assertThat(whole.started).isEqualTo(whole.ends.size());
      int cut = whole.chunks.stream().mapToInt(of -> of.chunk().newTokens()).sum();
      assertThat(cut + whole.ends.stream().mapToInt(StreamEnd::tokens).sum()).isEqualTo(produced);
    }
  }
}
