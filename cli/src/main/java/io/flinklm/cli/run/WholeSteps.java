package io.flinklm.cli.run;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets this process end between two steps only. Where it is told to end, by Ctrl-C or SIGTERM, Java
 * lets go of the engine while the step that is under way still computes, and the process would
 * crash. So the end waits for the step, and no further one begins.
 */
final class WholeSteps implements AutoCloseable {
  // Longer than any step that a person waits for.
  private static final long PATIENCE_SECONDS = 60;

  private final CountDownLatch stepped = new CountDownLatch(1);
  private final Thread atExit = new Thread(this::end);
  private volatile boolean ends;

  private WholeSteps() {}

  /** From now on, until it is closed. */
  static WholeSteps begin() {
    WholeSteps steps = new WholeSteps();
    Runtime.getRuntime().addShutdownHook(steps.atExit);
    return steps;
  }

  /** A step is over. Does not return where the process ends. */
  void stepped() {
    while (ends) {
      stepped.countDown();
      LockSupport.park(this);
    }
  }

  /** No further step may begin; returns when none is under way. */
  void end() {
    ends = true;
    try {
      stepped.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stepped.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The process is ending, and waits no longer.
    }
  }
}
