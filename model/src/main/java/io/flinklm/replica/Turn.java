package io.flinklm.replica;

import io.flinklm.lane.Batch;
import io.flinklm.lane.Segment;
import java.util.Optional;

/**
 * The place of a batch of all replicas, as it comes to one of them.
 *
 * @param segment of the batch
 * @param index of the batch in its segment
 * @param rows that the replica has of it; empty for none
 */
public record Turn(Segment segment, int index, Optional<Batch> rows) {

  /** The place of a replica's rows. */
  public static Turn of(Batch rows) {
    return new Turn(rows.segment(), rows.index(), Optional.of(rows));
  }
}
