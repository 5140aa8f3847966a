package io.flinklm.local.flink;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.flink.api.common.JobID;

/**
 * The stalls of a job, said to whoever watches: text waits, in the job or before it, and no batch
 * is made of it.
 */
public final class Stalls {
  // Of replicas on streams the batches are made before them.
  private static final List<String> WHERE_TEXT_WAITS = List.of("batch", "train");
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int LOOKS = 6;

  private final FlinkRest rest;
  private final JobID job;
  private final long warning;
  private final Callable<Optional<String>> before;
  private final Consumer<String> say;
  private long reported = System.nanoTime();
  private long looked = reported;
  private boolean said;

  /**
   * Of a job that has just been started.
   *
   * @param warning how long text waits until it is said
   * @param before what keeps text from coming to the job, as a clause; empty where nothing does
   */
  public Stalls(
      FlinkRest rest,
      JobID job,
      Duration warning,
      Callable<Optional<String>> before,
      Consumer<String> say) {
    this.rest = rest;
    this.job = job;
    this.warning = warning.toNanos();
    this.before = before;
    this.say = say;
  }

  /** Takes note of a report: training goes on. */
  public void reported() {
    reported = System.nanoTime();
    said = false;
  }

  /** Looks from time to time whether training stands, and says so once. */
  public void look() throws InterruptedException {
    long now = System.nanoTime();
    // Where nothing comes for hours, Kafka is not to be asked each second.
    long pause = Math.max(LOOK_NANOS, warning / LOOKS);
    if (said || now - reported < warning || now - looked < pause) {
      return;
    }
    looked = now;
    List<String> awaited = new ArrayList<>();
    try {
      for (String operator : WHERE_TEXT_WAITS) {
        if (!rest.metric(job, operator, "awaited").isEmpty()) {
          awaited.add(
              rest.metric(job, operator, "chunksWaiting")
                  + " chunks wait for "
                  + rest.metric(job, operator, "awaited"));
        }
      }
      before.call().ifPresent(awaited::add);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      // Flink or Kafka is away; both are asked again soon.
      return;
    }
    if (!awaited.isEmpty()) {
      said = true;
      say.accept(
          "Training has stood for %d s: %s"
              .formatted(
                  TimeUnit.NANOSECONDS.toSeconds(now - reported), String.join("; ", awaited)));
    }
  }
}
