package io.flinklm.stream;

import java.io.Serializable;

/**
 * What decides, beside their records, how streams become batches.
 *
 * @param size rows of a full batch
 * @param batchTimeout milliseconds of event time for which a batch waits to be full
 * @param timeToLive milliseconds of silence behind which a stream starts anew
 */
public record StreamRule(int size, long batchTimeout, long timeToLive) implements Serializable {

  /** The batches of a training that begins. */
  public StreamBatches batches() {
    return new StreamBatches(size, batchTimeout);
  }
}
