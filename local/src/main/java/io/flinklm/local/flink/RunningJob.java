package io.flinklm.local.flink;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.client.program.ClusterClient;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.CheckpointException;
import org.apache.flink.util.ExceptionUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job that was started on a Flink cluster.
 *
 * @param client of the cluster
 * @param id of the job
 */
public record RunningJob(ClusterClient<?> client, JobID id) {
  private static final Logger LOG = LoggerFactory.getLogger(RunningJob.class);
  private static final long PAUSE_MILLIS = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final long CANCEL_SECONDS = 10;
  private static final Set<JobStatus> FAILING = Set.of(JobStatus.FAILING, JobStatus.RESTARTING);

  /** Whether the job has come to any end. */
  public boolean isOver() {
    return client.getJobStatus(id).join().isGloballyTerminalState();
  }

  /** Takes a checkpoint now and returns when it is complete or the job is over. */
  void checkpoint() throws Exception {
    // A job that ends meanwhile never answers whether the checkpoint is complete.
    CompletableFuture.anyOf(
            client.triggerCheckpoint(id, CheckpointType.CONFIGURED), client.requestJobResult(id))
        .get();
  }

  /**
   * Waits for a job whose input has ended. Its tasks wait for one more checkpoint, which is taken
   * now rather than when the interval is over.
   */
  public void finish() throws Exception {
    while (checkpointUnlessOver()) {
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  /**
   * Ends a job whose text has ended while it could answer prompts without end: takes checkpoints
   * until what the last ones were to bring about is there, and cancels it.
   */
  public void endOnce(Callable<Boolean> isThere) throws Exception {
    boolean runs = checkpointUnlessOver();
    while (runs && !isThere.call()) {
      Thread.sleep(PAUSE_MILLIS);
      runs = checkpointUnlessOver();
    }
    if (runs) {
      client.cancel(id).get();
      client.requestJobResult(id).get();
    }
  }

  /**
   * Takes a last checkpoint, which stays, and ends the job there, unless it ends by itself. A job
   * that is failing ends where its last checkpoint was, and so does one that takes none in time.
   */
  public void stop() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try {
      // Once a second one is complete, all tasks know that the first was, and what the sinks hold
      // of it is in place.
      boolean running = checkpointBefore(deadline);
      running = running && checkpointBefore(deadline);
      if (running || !isOver()) {
        client.cancel(id).get(CANCEL_SECONDS, TimeUnit.SECONDS);
        client.requestJobResult(id).get(CANCEL_SECONDS, TimeUnit.SECONDS);
      } else if (failure().isPresent()) {
        throw failure().get();
      }
    } catch (TimeoutException e) {
      LOG.warn("the job does not end; the process ends without it", e);
    } catch (Throwable e) {
      throw new CompletionException("the job could not be stopped", e);
    }
  }

  private boolean checkpointBefore(long deadline) throws Exception {
    while (true) {
      JobStatus status = client.getJobStatus(id).join();
      long left = deadline - System.nanoTime();
      if (status.isGloballyTerminalState() || FAILING.contains(status) || left <= 0) {
        return false;
      }
      try {
        CompletableFuture.anyOf(
                client.triggerCheckpoint(id, CheckpointType.CONFIGURED),
                client.requestJobResult(id))
            .get(left, TimeUnit.NANOSECONDS);
        return !isOver();
      } catch (ExecutionException e) {
        // The job is only starting or has just failed, or another checkpoint is under way.
        Thread.sleep(PAUSE_MILLIS);
      } catch (TimeoutException e) {
        return false;
      }
    }
  }

  /** Ends the job where it is, and returns when nothing of it runs any more. */
  public void cancel() throws Exception {
    if (!isOver()) {
      client.cancel(id).get();
      client.requestJobResult(id).get();
    }
  }

  /** Ends the job with a savepoint, as soon as one can be taken, and gives its directory. */
  public Path stopWithSavepoint(Path directory) throws Exception {
    boolean endsTheInput = false;
    while (true) {
      try {
        String target = directory.toUri().toString();
        return Path.of(
            URI.create(
                client
                    .stopWithSavepoint(id, endsTheInput, target, SavepointFormatType.CANONICAL)
                    .get()));
      } catch (ExecutionException e) {
        boolean starting = ExceptionUtils.findThrowable(e, CheckpointException.class).isPresent();
        if (isOver() || !starting) {
          throw e;
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  /** Takes a checkpoint as soon as one can be taken; whether the job still runs after it. */
  private boolean checkpointUnlessOver() throws Exception {
    while (!isOver()) {
      try {
        checkpoint();
        return !isOver();
      } catch (ExecutionException e) {
        // The job is only starting or has just ended, or another checkpoint is under way.
        Thread.sleep(PAUSE_MILLIS);
      }
    }
    return false;
  }

  /** What the operators of a job that is over have counted in Flink's accumulators. */
  public Map<String, Object> accumulators() throws Exception {
    return client.getAccumulators(id).get();
  }

  /** What ended the job, if it failed. */
  public Optional<Throwable> failure() throws Exception {
    return client
        .requestJobResult(id)
        .get()
        .getSerializedThrowable()
        .map(e -> e.deserializeError(RunningJob.class.getClassLoader()));
  }
}
