package io.flinklm.job.predict;

import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/** What Flink's web page shows of the prompts of a subtask. */
final class PredictMetrics {
  private static final int ANSWERS_IN_HISTOGRAM = 1_000;

  private final Histogram latency;

  /** Adds them to the operator's. */
  PredictMetrics(MetricGroup group, PromptQueue queue, Sessions sessions, Answering answering) {
    group.gauge("promptsWaiting", queue::size);
    group.gauge("sessions", sessions::count);
    group.gauge("sessionBytes", sessions::bytes);
    group.gauge("sessionsForgotten", sessions::forgotten);
    group.gauge("step", answering::step);
    latency =
        group.histogram(
            "latencyMilliseconds", new DescriptiveStatisticsHistogram(ANSWERS_IN_HISTOGRAM));
  }

  /**
   * Takes up how long an answer took.
   *
   * @param asked time in Kafka in milliseconds; negative if it is not known
   */
  void answered(long asked) {
    if (asked >= 0) {
      // By two clocks, of who asked and of this machine.
      latency.update(Math.max(0, System.currentTimeMillis() - asked));
    }
  }
}
