package io.flinklm.bench.feed;

import io.flinklm.application.settings.ModelSettings;
import io.flinklm.engine.DeviceChoice;
import io.flinklm.job.kafka.OnLostText;
import io.flinklm.job.kafka.Topics;
import io.flinklm.local.flink.Cluster;
import io.flinklm.local.flink.RunningJob;
import io.flinklm.net.Cell;
import io.flinklm.producer.LanePlan;
import io.flinklm.text.Tokenizer;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.client.MetricsFollower;
import io.flinklm.train.Fit;
import io.flinklm.train.OnNonfinite;
import io.flinklm.train.Report;
import io.flinklm.train.TrainingConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The job without its training, on a Kafka and a Flink that are there.
 *
 * @param cluster that it runs on
 * @param kafka where the topics are
 * @param tokenizer of the text
 * @param laneCount how many
 * @param bptt tokens in a window
 */
record FeedRun(Cluster cluster, KafkaAddress kafka, Tokenizer tokenizer, int laneCount, int bptt) {

  /**
   * Reads what was published by a plan and returns at its end.
   *
   * @param start offset of its first record, by partition
   */
  Fed run(Map<Integer, Long> start, LanePlan plan) throws Exception {
    try (MetricsFollower reports = MetricsFollower.fromNowOn(kafka)) {
      RunningJob job = submit(start, plan, Topics.of(kafka).metrics());
      while (reports.next().stream().noneMatch(Report.RunEnd.class::isInstance)) {
        if (job.isOver()) {
          throw new IllegalStateException("the job ended early", job.failure().orElse(null));
        }
      }
      job.finish();
      return Fed.of(job.accumulators());
    }
  }

  /** Starts the job of {@link #run} with another place where reports go. */
  RunningJob submit(Map<Integer, Long> start, LanePlan plan, Sink<Report> metrics)
      throws Exception {
    Map<Integer, Long> end = new HashMap<>();
    plan.recordsPerPartition(start.size())
        .forEach((partition, records) -> end.put(partition, start.get(partition) + records));
    Topics topics = Topics.of(kafka);
    StreamExecutionEnvironment environment = cluster.environment(Optional.empty());
    new FeedJob(
            config(),
            tokenizer,
            topics.textBetween(start, end, OnLostText.STOP),
            metrics,
            topics.deadLetters())
        .addTo(environment);
    return cluster.submit(environment, "flink-lm feed");
  }

  // Of the training that does not happen only lanes and windows count.
  private TrainingConfig config() {
    Fit fit = Fit.of("lmmodel7");
    return new ModelSettings(
            fit.model(),
            laneCount,
            bptt,
            1,
            fit.layers(),
            0,
            DeviceChoice.CPU,
            Cell.ENGINE,
            OnNonfinite.STOP)
        .trainingConfig(tokenizer.size(), 0);
  }
}
