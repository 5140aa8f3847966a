package io.flinklm.producer;

import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import io.flinklm.train.Report;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The producer of a run, on a thread of its own. It stays a bounded number of tokens ahead of the
 * training, so that an endless text does not fill the disk.
 */
public final class Publication implements AutoCloseable {
  /** Most tokens ahead, unless another number is asked for. */
  public static final long TOKENS_AHEAD = 2_000_000;

  private static final long PATIENCE_MILLIS = 10_000;

  private final LanePublisher publisher;
  private final Thread thread;
  private final long lead;
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong taken = new AtomicLong();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private long takenBefore = -1;

  private Publication(LanePublisher publisher, LanePlan plan, long lead) {
    this.publisher = publisher;
    this.lead = lead;
    Pace pace = Pace.unlimited().within(() -> taken.get() + lead);
    this.thread =
        new Thread(
            () -> {
              try {
                publisher.publish(plan, pace, acknowledged::set);
              } catch (Exception | Error e) {
                failure.set(e);
              }
            },
            "producer");
  }

  /** Starts to publish. */
  public static Publication start(KafkaAddress kafka, LanePlan plan) {
    return start(kafka, plan, TOKENS_AHEAD);
  }

  /**
   * Starts to publish.
   *
   * @param lead most tokens ahead of the training
   */
  public static Publication start(KafkaAddress kafka, LanePlan plan, long lead) {
    Publication publication =
        new Publication(LanePublisher.patient(kafka, kafka.named(TopicNames.TEXT)), plan, lead);
    publication.thread.start();
    return publication;
  }

  /** Whether it has once been as far ahead as it may: from then on the training sets the pace. */
  public boolean hasItsLead() {
    return acknowledged.get() >= lead;
  }

  /** Learns from a report how far the training is. */
  public void follow(Report report) {
    long refused = report.tokensRefused().values().stream().mapToLong(Long::longValue).sum();
    long tokens = report.tokensTrained() + report.tokensScored() + refused;
    if (takenBefore < 0) {
      takenBefore = tokens;
    }
    taken.set(tokens - takenBefore);
  }

  /** Passes on what went wrong, if anything did. */
  public void requireHealthy() throws Exception {
    Throwable e = failure.get();
    if (e instanceof Exception exception) {
      throw exception;
    }
    if (e != null) {
      throw new IllegalStateException("the producer failed", e);
    }
  }

  /**
   * Stops between two records and returns when all that were sent are acknowledged, or Kafka has
   * been away for some seconds: what it did not get then is published again by a run that goes on.
   */
  @Override
  public void close() {
    publisher.stop();
    try {
      thread.join(PATIENCE_MILLIS);
      publisher.close();
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
