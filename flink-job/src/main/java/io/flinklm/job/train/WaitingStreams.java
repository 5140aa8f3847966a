package io.flinklm.job.train;

import io.flinklm.stream.StreamBatches;
import java.time.Instant;

/**
 * The chunks of streams that are in no batch: they wait until event time has come far enough.
 *
 * @param batches that they become
 */
record WaitingStreams(StreamBatches batches) implements Stall.Waiting {

  @Override
  public boolean isHeldBack() {
    return batches.waiting() > 0;
  }

  @Override
  public int chunks() {
    return batches.waiting();
  }

  @Override
  public String awaited() {
    return "event time to pass "
        + Instant.ofEpochMilli(batches.due())
        + (batches.passed() == Long.MIN_VALUE
            ? "; there is none before each partition has delivered a record or is idle"
            : "; it stands at " + Instant.ofEpochMilli(batches.passed()));
  }
}
