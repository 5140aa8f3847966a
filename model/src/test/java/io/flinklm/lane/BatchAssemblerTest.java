package io.flinklm.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchAssemblerTest {
  private static final Segment TRAIN = new Segment(0, Split.TRAIN);
  private static final Segment VALID = new Segment(0, Split.VALID);
  private static final Segment NEXT = new Segment(1, Split.TRAIN);

  /** Chunks of each lane in each segment: lanes of unequal length, some without a segment. */
  private static final int[][] LENGTHS = {{5, 2, 3}, {3, 3, 0}, {7, 0, 4}, {0, 2, 5}};

  @Test
  void aChunkThatWasInABatchIsRefused() {
    BatchAssembler assembler = new BatchAssembler(1);
    Chunk chunk = new Chunk(0, Segment.FIRST, 0, true, new int[] {1, 2});
    assembler.add(chunk);
    assertThat(assembler.next()).isPresent();
    assertThatThrownBy(() -> assembler.add(chunk)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aBatchIsReadyWhenEveryLaneHasAChunk() {
    BatchAssembler assembler = new BatchAssembler(2);

    assembler.add(chunk(1, TRAIN, 0));
    assertThat(assembler.next()).isEmpty();
    assembler.add(chunk(0, TRAIN, 0));

    assertThat(assembler.next())
        .contains(new Batch(TRAIN, 0, List.of(chunk(0, TRAIN, 0), chunk(1, TRAIN, 0))));
    assertThat(assembler.next()).isEmpty();
  }

  @Test
  void aLaneThatIsAheadIsNotInTheBatchOfTheOthers() {
    BatchAssembler assembler = new BatchAssembler(2);
    assembler.add(chunk(0, VALID, 0));
    assembler.add(chunk(1, TRAIN, 6));

    assertThat(assembler.next()).contains(new Batch(TRAIN, 6, List.of(chunk(1, TRAIN, 6))));
    assertThat(assembler.next()).as("lane 1 may have more to train on").isEmpty();
    assembler.add(chunk(1, VALID, 0));
    assertThat(assembler.next().orElseThrow().lanes()).containsExactly(0, 1);
  }

  @Test
  void aSilentLaneHoldsBatchesBackUntilTheEndOfInput() {
    BatchAssembler assembler = new BatchAssembler(3);
    for (int index = 0; index < 4; index++) {
      assembler.add(chunk(0, TRAIN, index));
      assembler.add(chunk(2, TRAIN, index));
      assertThat(assembler.next()).isEmpty();
    }
    assertThat(assembler.lanesAwaited()).isEqualTo(1);
    assertThat(assembler.waitingChunks()).isEqualTo(8);

    List<Batch> rest = drain(assembler);

    assertThat(rest).extracting(Batch::index).containsExactly(0, 1, 2, 3);
    assertThat(rest).allSatisfy(batch -> assertThat(batch.lanes()).containsExactly(0, 2));
    assertThat(assembler.waitingChunks()).isZero();
    assertThat(assembler.lanesAwaited()).isEqualTo(3);
  }

  @Test
  void aLaneThatIsLeftOutIsNotWaitedFor() {
    BatchAssembler assembler = new BatchAssembler(3);
    assembler.add(chunk(0, TRAIN, 0));
    assembler.leaveOut(1);
    assertThat(assembler.awaited()).containsExactly(2);
    assertThat(assembler.next()).isEmpty();
    assembler.add(chunk(2, TRAIN, 0));

    assertThat(assembler.next().orElseThrow().lanes()).containsExactly(0, 2);
    assertThat(assembler.front()).contains(new Front(TRAIN, 0));
    assertThat(assembler.awaited()).containsExactly(0, 2);
    assertThat(assembler.lanesAwaited()).isEqualTo(2);
  }

  @Test
  void itsLateChunksRideInTheBatchesOfTheOthers() {
    BatchAssembler assembler = leftBehind(5);
    assembler.add(chunk(1, TRAIN, 0));
    assembler.add(chunk(1, TRAIN, 1));
    assertThat(assembler.next()).as("a step of a lane alone").isEmpty();
    assertThat(assembler.isHeldBack()).isFalse();
    for (int index = 5; index < 8; index++) {
      assembler.add(chunk(0, TRAIN, index));
      assembler.add(chunk(2, TRAIN, index));
    }

    assertThat(assembler.next())
        .contains(
            new Batch(
                TRAIN, 5, List.of(chunk(0, TRAIN, 5), chunk(1, TRAIN, 0), chunk(2, TRAIN, 5))));
    assertThat(assembler.next().orElseThrow().chunks()).contains(chunk(1, TRAIN, 1));
    assertThat(assembler.next().orElseThrow().lanes())
        .as("it is not awaited")
        .containsExactly(0, 2);
    assertThat(assembler.isLeftOut(1)).isTrue();
    assertThat(assembler.front()).contains(new Front(TRAIN, 7));
  }

  @Test
  void theyRideNotAmongTextThatIsEvaluated() {
    BatchAssembler assembler = leftBehind(2);
    assembler.add(chunk(1, TRAIN, 0));
    for (Segment segment : List.of(VALID, NEXT)) {
      assembler.add(chunk(0, segment, 0));
      assembler.add(chunk(2, segment, 0));
    }

    assertThat(assembler.next().orElseThrow().lanes()).containsExactly(0, 2);
    assertThat(assembler.next().orElseThrow().chunks()).contains(chunk(1, TRAIN, 0)).hasSize(3);
  }

  @Test
  void lateTextThatIsEvaluatedTakesNoStepAndIsNotHeldBack() {
    BatchAssembler assembler = leftBehind(1);
    for (Segment segment : List.of(VALID, NEXT)) {
      assembler.add(chunk(0, segment, 0));
      assembler.add(chunk(2, segment, 0));
      assertThat(assembler.next()).isPresent();
    }
    assembler.add(chunk(1, VALID, 0));
    assembler.add(chunk(1, VALID, 1));

    assertThat(assembler.next()).contains(new Batch(VALID, 0, List.of(chunk(1, VALID, 0))));
    assertThat(assembler.next()).contains(new Batch(VALID, 1, List.of(chunk(1, VALID, 1))));
    assertThat(assembler.next()).isEmpty();
    assertThat(assembler.front()).contains(new Front(NEXT, 0));
  }

  @Test
  void atTheFrontItIsTakenBack() {
    BatchAssembler assembler = leftBehind(2);
    assembler.add(chunk(1, TRAIN, 0));
    assembler.add(chunk(1, TRAIN, 1));

    assertThat(assembler.isLeftOut(1)).isFalse();
    assertThat(assembler.isHeldBack()).as("it has nothing ahead of the front").isFalse();
    assertThat(assembler.awaited()).containsExactly(0, 2);
    for (int index = 2; index < 4; index++) {
      assembler.add(chunk(0, TRAIN, index));
      assembler.add(chunk(2, TRAIN, index));
      assertThat(assembler.next().orElseThrow().lanes()).containsExactly(0, 1, 2);
    }
    assertThat(assembler.awaited()).containsExactly(0, 1, 2);
    assertThat(assembler.lanesAwaited()).isEqualTo(3);
    assertThat(assembler.next()).isEmpty();
  }

  @Test
  void whenNobodyElseIsWaitedForAllLateChunksGoTogether() {
    BatchAssembler assembler = leftBehind(5);
    assembler.add(chunk(1, TRAIN, 0));
    assembler.add(chunk(1, TRAIN, 1));
    assembler.leaveOut(0);
    assembler.leaveOut(2);

    assertThat(assembler.next()).contains(new Batch(TRAIN, 0, List.of(chunk(1, TRAIN, 0))));
    assertThat(assembler.next()).contains(new Batch(TRAIN, 1, List.of(chunk(1, TRAIN, 1))));
    assertThat(assembler.next()).isEmpty();
    assertThat(assembler.front()).contains(new Front(TRAIN, 4));
  }

  @Test
  void soItIsAheadOfIt() {
    BatchAssembler assembler = leftBehind(2);
    assembler.add(chunk(0, TRAIN, 2));
    assembler.add(chunk(2, TRAIN, 2));
    assembler.add(chunk(1, VALID, 0));

    assertThat(assembler.isLeftOut(1)).isFalse();
    assertThat(assembler.next().orElseThrow().lanes()).containsExactly(0, 2);
    assertThat(assembler.next()).isEmpty();
    assertThat(assembler.awaited()).containsExactly(0, 2);
  }

  @Test
  void beforeTheFirstBatchNothingIsLate() {
    BatchAssembler assembler = new BatchAssembler(2);
    assembler.leaveOut(1);
    assembler.add(chunk(1, TRAIN, 0));

    assertThat(assembler.isLeftOut(1)).isFalse();
    assertThat(assembler.next()).isEmpty();
  }

  @Test
  void onlyALaneThatIsAwaitedCanBeLeftOut() {
    BatchAssembler assembler = new BatchAssembler(2);
    assembler.add(chunk(0, TRAIN, 0));
    assembler.leaveOut(1);

    for (int lane = 0; lane < 2; lane++) {
      int other = lane;
      assertThatThrownBy(() -> assembler.leaveOut(other))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("lane " + lane + " is not awaited");
    }
  }

  /** Three lanes; lane 1 is left out, the others have been in so many batches. */
  private static BatchAssembler leftBehind(int batches) {
    BatchAssembler assembler = new BatchAssembler(3);
    for (int index = 0; index < batches; index++) {
      assembler.add(chunk(0, TRAIN, index));
      assembler.add(chunk(2, TRAIN, index));
    }
    assembler.leaveOut(1);
    for (int index = 0; index < batches; index++) {
      assertThat(assembler.next().orElseThrow().lanes()).containsExactly(0, 2);
    }
    assertThat(assembler.next()).isEmpty();
    return assembler;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void theOrderOfArrivalIsIrrelevantAndNothingIsLost(long seed) {
    Random random = new Random(seed);
    List<Batch> batches = new ArrayList<>();
    BatchAssembler assembler = new BatchAssembler(LENGTHS.length);
    for (Chunk chunk : interleaved(random)) {
      assembler.add(chunk);
      // Batches may be taken as soon as they are ready, or some time later.
      while (random.nextBoolean()) {
        assembler.next().ifPresent(batches::add);
      }
    }
    batches.addAll(drain(assembler));

    assertThat(batches).isEqualTo(expectedBatches());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aRestoredAssemblerGoesOnAsIfItHadNeverStopped(long seed) throws IOException {
    List<Chunk> chunks = interleaved(new Random(seed));
    for (int stop = 0; stop <= chunks.size(); stop++) {
      List<Batch> batches = new ArrayList<>();
      BatchAssembler before = new BatchAssembler(LENGTHS.length);
      feed(before, chunks.subList(0, stop), batches);
      BatchAssembler after = restored(before);
      feed(after, chunks.subList(stop, chunks.size()), batches);
      batches.addAll(drain(after));

      assertThat(batches).as("stopped after %d chunks", stop).isEqualTo(expectedBatches());
    }
  }

  @Test
  void aChunkThatCameAlreadyIsRefused() {
    BatchAssembler assembler = new BatchAssembler(2);
    assembler.add(chunk(1, TRAIN, 3));

    assertThatThrownBy(() -> assembler.add(chunk(1, TRAIN, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("lane 1, epoch 0 train, chunk 3 came after lane 1, epoch 0 train, chunk 3");
  }

  @Test
  void aChunkOfAnEarlierSegmentIsRefused() {
    BatchAssembler assembler = new BatchAssembler(2);
    assembler.add(chunk(1, NEXT, 1));

    assertThatThrownBy(() -> assembler.add(chunk(1, VALID, 9)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("lane 1, epoch 0 valid, chunk 9 came after lane 1, epoch 1 train, chunk 1");
    assertThat(assembler.waiting(1)).containsExactly(chunk(1, NEXT, 1));
  }

  private static Chunk chunk(int lane, Segment segment, int index) {
    return new Chunk(lane, segment, index, index == 0, new int[] {lane, index, lane + index});
  }

  private static List<Chunk> chunksOf(int lane) {
    List<Chunk> chunks = new ArrayList<>();
    List<Segment> segments = List.of(TRAIN, VALID, NEXT);
    for (int s = 0; s < segments.size(); s++) {
      for (int index = 0; index < LENGTHS[lane][s]; index++) {
        chunks.add(chunk(lane, segments.get(s), index));
      }
    }
    return chunks;
  }

  private static List<Chunk> interleaved(Random random) {
    List<ArrayDeque<Chunk>> lanes = new ArrayList<>();
    for (int lane = 0; lane < LENGTHS.length; lane++) {
      lanes.add(new ArrayDeque<>(chunksOf(lane)));
    }
    List<Chunk> chunks = new ArrayList<>();
    while (!lanes.isEmpty()) {
      ArrayDeque<Chunk> lane = lanes.get(random.nextInt(lanes.size()));
      chunks.add(lane.remove());
      if (lane.isEmpty()) {
        lanes.remove(lane);
      }
    }
    return chunks;
  }

  // The definition: the same (segment, index) of all lanes that have one, in lane order.
  private static List<Batch> expectedBatches() {
    List<Batch> batches = new ArrayList<>();
    for (Segment segment : List.of(TRAIN, VALID, NEXT)) {
      for (int i = 0; i < 10; i++) {
        int index = i;
        List<Chunk> chunks = new ArrayList<>();
        for (int lane = 0; lane < LENGTHS.length; lane++) {
          chunksOf(lane).stream()
              .filter(chunk -> chunk.segment().equals(segment) && chunk.index() == index)
              .forEach(chunks::add);
        }
        if (!chunks.isEmpty()) {
          batches.add(new Batch(segment, index, chunks));
        }
      }
    }
    return batches;
  }

  private static void feed(BatchAssembler assembler, List<Chunk> chunks, List<Batch> batches) {
    for (Chunk chunk : chunks) {
      assembler.add(chunk);
      for (Optional<Batch> b = assembler.next(); b.isPresent(); b = assembler.next()) {
        batches.add(b.get());
      }
    }
  }

  private static List<Batch> drain(BatchAssembler assembler) {
    List<Batch> batches = new ArrayList<>();
    Optional<Batch> batch = assembler.nextOfWaiting();
    while (batch.isPresent()) {
      batches.add(batch.get());
      batch = assembler.nextOfWaiting();
    }
    return batches;
  }

  private static BatchAssembler restored(BatchAssembler assembler) throws IOException {
    BatchAssembler restored = new BatchAssembler(LENGTHS.length);
    for (int lane = 0; lane < LENGTHS.length; lane++) {
      for (Chunk waiting : assembler.waiting(lane)) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        waiting.write(new DataOutputStream(bytes));
        byte[] written = bytes.toByteArray();
        restored.add(Chunk.read(new DataInputStream(new ByteArrayInputStream(written))));
      }
    }
    return restored;
  }
}
