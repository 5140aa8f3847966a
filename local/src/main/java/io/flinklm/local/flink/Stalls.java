package io.flinklm.local.flink;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.flink.api.common.JobID;

/** The stalls of a job, said to whoever watches: text waits, and no batch is made of it. */
public final class Stalls {
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final FlinkRest rest;
  private final JobID job;
  private final long warning;
  private final Consumer<String> say;
  private long reported = System.nanoTime();
  private long looked = reported;
  private boolean said;

  /**
   * Of a job that has just been started.
   *
   * @param warning how long text waits until it is said
   */
  public Stalls(FlinkRest rest, JobID job, Duration warning, Consumer<String> say) {
    this.rest = rest;
    this.job = job;
    this.warning = warning.toNanos();
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
    if (said || now - reported < warning || now - looked < LOOK_NANOS) {
      return;
    }
    looked = now;
    try {
      String seconds = rest.metric(job, "train", "stalledSeconds");
      if (!seconds.isEmpty() && Long.parseLong(seconds) > 0) {
        said = true;
        say.accept(
            "Training has stood for %s s: %s chunks wait for text of lane %s"
                .formatted(
                    seconds,
                    rest.metric(job, "train", "chunksWaiting"),
                    rest.metric(job, "train", "namesOfLanesAwaited")));
      }
    } catch (IOException e) {
      // It is asked again soon.
    }
  }
}
