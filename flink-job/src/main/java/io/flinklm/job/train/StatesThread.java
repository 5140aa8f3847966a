package io.flinklm.job.train;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The one thread that reads and writes the states of streams of an operator, in the order in which
 * it is asked: Flink's keyed state is for one thread at a time, whoever's streams they are.
 */
final class StatesThread implements Executor, AutoCloseable {
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread own = new Thread(work, Thread.currentThread().getName() + " (streams)");
            own.setDaemon(true);
            return own;
          });

  @Override
  public void execute(Runnable work) {
    thread.execute(work);
  }

  /** Returns when nothing of what is kept is in use any more. */
  @Override
  public void close() throws InterruptedException {
    thread.shutdown();
    // A read or a write takes no time; what is kept must not be closed under it.
    while (!thread.awaitTermination(1, TimeUnit.SECONDS)) {
      thread.shutdownNow();
    }
  }
}
