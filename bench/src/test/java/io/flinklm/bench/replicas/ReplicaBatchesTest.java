package io.flinklm.bench.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.lane.Batch;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Segment;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Batches of a replica. */
class ReplicaBatchesTest {
  private static Batch batch(int index) {
    List<Chunk> chunks =
        IntStream.range(0, 4)
            .mapToObj(lane -> new Chunk(lane, Segment.FIRST, index, index == 0, new int[] {1, 2}))
            .toList();
    return new Batch(Segment.FIRST, index, chunks);
  }

  @Test
  void eachPassIsAnEpochOfItsOwnRows() {
    ReplicaBatches batches = new ReplicaBatches(List.of(batch(0), batch(1)), lane -> lane > 1);
    List<Batch> taken = IntStream.range(0, 5).mapToObj(i -> batches.next()).toList();

    assertThat(taken).extracting(Batch::index).containsExactly(0, 1, 0, 1, 0);
    assertThat(taken).extracting(batch -> batch.segment().epoch()).containsExactly(0, 0, 1, 1, 2);
    assertThat(taken).allSatisfy(batch -> assertThat(batch.lanes()).containsExactly(2, 3));
  }

  @Test
  void theNextOneCanBeLookedAt() {
    ReplicaBatches batches = new ReplicaBatches(List.of(batch(0), batch(1)), lane -> lane < 2);
    batches.next();

    assertThat(batches.peek().index()).isEqualTo(1);
    assertThat(batches.next().index()).isEqualTo(1);
  }
}
