package io.flinklm.job;

import java.util.concurrent.CompletableFuture;

/**
 * A failure in the middle of a run, once: the readers of a text stop after some records until a
 * checkpoint has that, read on, and one of them throws. No clock has a part in it.
 */
public final class Failure {
  private final int stopAfter;
  private final int throwAfter;
  private final CompletableFuture<Void> checkpointed = new CompletableFuture<>();
  private int read;
  private long checkpoint = Long.MAX_VALUE;
  private boolean thrown;
  private long wentOnFrom;

  private Failure(int stopAfter, int throwAfter) {
    this.stopAfter = stopAfter;
    this.throwAfter = throwAfter;
  }

  static Failure never() {
    return new Failure(Integer.MAX_VALUE, Integer.MAX_VALUE);
  }

  /** Throws so many records after a checkpoint that came after so many records. */
  public static Failure afterCheckpoint(int records, int more) {
    return new Failure(records, records + more);
  }

  /** Whether the next record may be read; counts it if so. */
  synchronized boolean mayRead() {
    if (thrown) {
      return true;
    }
    if (read == throwAfter) {
      thrown = true;
      throw new IllegalStateException("a failure on purpose after " + read + " records");
    }
    if (isWaiting()) {
      return false;
    }
    read++;
    return true;
  }

  synchronized boolean isWaiting() {
    return !thrown && read == stopAfter && !checkpointed.isDone();
  }

  /** Completed by the checkpoint that is waited for. */
  CompletableFuture<Void> checkpointed() {
    return checkpointed;
  }

  /** A reader was asked for its part of a checkpoint. */
  synchronized void snapshot(long checkpointId) {
    if (isWaiting()) {
      checkpoint = Math.min(checkpoint, checkpointId);
    }
  }

  synchronized void completed(long checkpointId) {
    if (checkpointId >= checkpoint) {
      checkpointed.complete(null);
    }
  }

  /** A reader begins at an offset. */
  synchronized void readFrom(long offset) {
    if (thrown) {
      wentOnFrom = Math.max(wentOnFrom, offset);
    }
  }

  /** The furthest offset from which a partition was read after the failure; 0 if none failed. */
  public synchronized long wentOnFrom() {
    return wentOnFrom;
  }
}
