package io.flinklm.stream;

import io.flinklm.Blob;
import io.flinklm.lane.Refusal;

/**
 * Makes batches of the chunks of streams, and tells of the end of a stream once training has come
 * past it. The job and the plain loop both drive this one class. Not thread safe.
 */
public final class StreamBatching {
  private static final String KIND = "SBAT";

  // Version 1: how far batches have come, the chunks in none, the ends of streams not come to.
  // Version 2: the same with when the stream of each chunk began.
  private static final int VERSION = 2;

  private final StreamBatches batches;
  private final StreamEnds ends = new StreamEnds();
  private final StreamBatchTraining training;

  /**
   * Before the first chunk.
   *
   * @param batches the rule
   * @param training takes what becomes ready
   */
  public StreamBatching(StreamBatches batches, StreamBatchTraining training) {
    this.batches = batches;
    this.training = training;
  }

  /** Takes a chunk. */
  public void add(StreamChunk chunk) {
    batches.add(chunk, this::train);
  }

  /** Learns of a stream's end, before a later time is passed. */
  public void add(StreamEnd end) {
    ends.add(end);
  }

  /** Counts what will not be trained on. */
  public void refuse(Refusal refusal) {
    training.refuse(refusal);
  }

  /** Learns that all up to a time has come, and gives what is ready to the training. */
  public void pass(long time) {
    batches.pass(time, this::train);
  }

  /** Reports the end; all has passed by then. */
  public void finish() {
    settle();
    training.finish();
  }

  private void train(StreamBatch batch) {
    training.accept(batch);
    settle();
  }

  // Behind a batch, and not whenever a time is passed: so each report counts the same ends, however
  // finely times were told.
  private void settle() {
    if (ends.isEmpty()) {
      return;
    }
    ends.before(
        batches.settled(),
        end -> {
          if (end.bytes() > 0) {
            training.refuse(end.refusal());
          }
          training.ended(end);
        });
  }

  /** What is in no batch yet, as a blob. */
  public byte[] write() {
    return Blob.write(
        KIND,
        VERSION,
        out -> {
          batches.write(out);
          ends.write(out);
        });
  }

  /** Goes on from what {@link #write} wrote; to be called before the first chunk. */
  public void read(byte[] blob) {
    Blob.read(
        KIND,
        VERSION,
        blob,
        (in, version) -> {
          batches.read(in, version > 1 ? StreamChunk::read : StreamChunk::readWithoutBeginning);
          ends.read(in);
          return this;
        });
  }
}
