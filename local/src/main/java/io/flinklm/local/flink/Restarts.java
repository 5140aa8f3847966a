package io.flinklm.local.flink;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.flink.api.common.JobID;

/**
 * The failures of a job that starts again by itself, without end: says each, and tells one that
 * comes again at every try from one that passes, such as a Kafka that is away.
 */
public final class Restarts {
  private static final int TRIES = 3;

  // What Flink says of each of its tasks. Its Kafka sink ends its TaskManager where a second record
  // fails while the failure of the first is being handled.
  private static final String TASK_MANAGER_HAS_ENDED = "The TaskExecutor is shutting down.";
  private static final long LOOK_NANOS = 1_000_000_000L;

  private final FlinkRest rest;
  private final JobID job;
  private final Consumer<String> say;
  private final Runnable taskManagerHasEnded;
  private final Callable<Optional<String>> missingRights;
  private final Supplier<String> room;
  private long looked = System.nanoTime();
  private long newest;
  private long step;
  private int attempts;
  private String cause = "";
  private int times;

  /**
   * Of a job that has just been started.
   *
   * @param say where each failure is said
   * @param taskManagerHasEnded what is done where the job's TaskManager has ended with it
   * @param missingRights what the job lacks of Kafka, in words; empty where nothing
   * @param room of the disk of the checkpoints, in words
   */
  public Restarts(
      FlinkRest rest,
      JobID job,
      Consumer<String> say,
      Runnable taskManagerHasEnded,
      Callable<Optional<String>> missingRights,
      Supplier<String> room) {
    this.rest = rest;
    this.job = job;
    this.say = say;
    this.taskManagerHasEnded = taskManagerHasEnded;
    this.missingRights = missingRights;
    this.room = room;
  }

  /** Learns how far the job is: what comes behind a new step is no repetition. */
  public void reached(long of) {
    if (of > step) {
      step = of;
      attempts = 0;
      times = 0;
    }
  }

  /**
   * Looks from time to time whether the job has failed.
   *
   * @return why it has to be stopped; empty where it may go on
   */
  public Optional<RepeatedFailureException> look() throws InterruptedException {
    if (System.nanoTime() - looked < LOOK_NANOS) {
      return Optional.empty();
    }
    looked = System.nanoTime();
    try {
      for (JobFailure failure : rest.failures(job)) {
        if (failure.time() > newest) {
          newest = failure.time();
          // After a final one the job is over, and its end is said elsewhere.
          Optional<String> lacking = mayBeOfRights(failure) ? lacking() : Optional.empty();
          if (failure.isRefusal() || lacking.isPresent()) {
            return Optional.of(refused(lacking.orElse(failure.cause())));
          }
          if (!failure.isFinal()) {
            add(failure);
          }
        }
      }
    } catch (IOException e) {
      // It is asked again soon.
    }
    return times < TRIES
        ? Optional.empty()
        : Optional.of(
            new RepeatedFailureException(
                "the job failed %d times in the same way behind step %d, and would again: %s"
                    .formatted(times, step, cause)));
  }

  // A writer that may not write can take its TaskManager with it, which is then all that is known.
  private static boolean mayBeOfRights(JobFailure failure) {
    return failure.isRefusal() || failure.cause().endsWith(TASK_MANAGER_HAS_ENDED);
  }

  private Optional<String> lacking() throws InterruptedException {
    try {
      return missingRights.call();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      // Then what the job was told has to do.
      return Optional.empty();
    }
  }

  // At the first time: whoever gives rights must act before another try can end otherwise.
  private RepeatedFailureException refused(String why) {
    return new RepeatedFailureException(
        "the job failed behind step %d, and would again: %s".formatted(step, why));
  }

  private void add(JobFailure failure) {
    attempts++;
    String now = failure.cause();
    if (now.endsWith(TASK_MANAGER_HAS_ENDED)) {
      taskManagerHasEnded.run();
    } else if (failure.isOutage()) {
      times = 0;
    } else {
      // Times and offsets of the same failure may differ.
      times = withoutNumbers(now).equals(withoutNumbers(cause)) ? times + 1 : 1;
      cause = now;
    }
    // Flink says only that a checkpoint failed, and a disk only that it is full.
    boolean lacksRoom = failure.isOfCheckpoint() || failure.isOfFullDisk();
    String where = lacksRoom ? " (" + room.get() + ")" : "";
    say.accept(
        "The job failed in attempt %d behind step %d%s: %s%s; it goes on from its last checkpoint"
            .formatted(
                attempts,
                step,
                failure.task().isEmpty() ? "" : ", in " + failure.task(),
                now,
                where));
  }

  private static String withoutNumbers(String text) {
    return text.replaceAll("[0-9]+", "#");
  }
}
