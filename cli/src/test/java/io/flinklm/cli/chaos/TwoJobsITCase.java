package io.flinklm.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.application.settings.JobTuning;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.cli.run.OutDirectory;
import io.flinklm.cli.run.RunSettings;
import io.flinklm.cli.run.StreamRun;
import io.flinklm.lane.Lanes;
import io.flinklm.local.flink.Cluster;
import io.flinklm.local.flink.RunningJob;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.producer.LanePlan;
import io.flinklm.producer.LanePublisher;
import io.flinklm.producer.Pace;
import io.flinklm.text.Corpus;
import io.flinklm.text.Tokenizer;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import io.flinklm.topics.admin.TopicSetup;
import io.flinklm.topics.client.MetricsFollower;
import io.flinklm.train.Fit;
import io.flinklm.train.Report;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two trainings as two jobs of one Flink cluster, in one process, on one Kafka. */
class TwoJobsITCase {
  private static final int EPOCHS = 2;
  private static final int PARTITIONS = 2;
  private static final Corpus CORPUS = Corpus.humanNumbers();
  private static final Tokenizer VOCABULARY = CORPUS.tokenizer();

  @TempDir private Path directory;

  /** A training with topics of its own. */
  private record Job(ModelSettings model, KafkaAddress kafka, OutDirectory out) {
    private Lanes lanes() {
      return Lanes.of(CORPUS.size(), model.laneCount(), model.bptt());
    }

    private LanePlan plan() {
      return LanePlan.of(CORPUS, lanes(), EPOCHS);
    }

    RunningJob start(Cluster cluster) throws Exception {
      RunSettings settings =
          RunSettings.ofNumbers(model, lanes(), EPOCHS, PARTITIONS)
              .publishing(plan(), new TopicSetup(kafka).textEnd());
      return new StreamRun(settings, VOCABULARY, kafka, Optional.empty(), out, JobTuning.DEFAULT)
          .start(cluster, Optional.empty());
    }

    void publish() throws Exception {
      try (LanePublisher publisher = new LanePublisher(kafka, kafka.named(TopicNames.TEXT))) {
        publisher.publish(plan(), Pace.unlimited(), acknowledged -> {});
      }
    }

    /** Requires all reports of the plain loop in their order, and no other. */
    void requireAll(MetricsFollower follower) throws InterruptedException {
      List<Report> reports = new ArrayList<>();
      long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
      while (reports.stream().noneMatch(Report.RunEnd.class::isInstance)) {
        assertThat(System.nanoTime()).as("the last report in time").isLessThan(deadline);
        reports.addAll(follower.next());
      }
      assertThat(reports.stream().map(Report::withoutTime).toList())
          .isEqualTo(
              LoopOfNumbers.reports(model, lanes().steps(EPOCHS), EPOCHS).stream()
                  .map(Report::withoutTime)
                  .toList());
    }
  }

  private Job job(String name, int seed, int hidden, TestedKafka kafka) throws Exception {
    KafkaAddress topics = kafka.kafka().withTopicPrefix(name + "-");
    new TopicSetup(topics).createAll(PARTITIONS, Map.of());
    return new Job(
        ModelSettings.ofChapter(Fit.of("lmmodel7"), seed).withHidden(hidden),
        topics,
        OutDirectory.open(Files.createDirectory(directory.resolve(name))));
  }

  @Test
  void eachHasTheBitsTheReportsAndTheEndThatItHasAlone() throws Exception {
    try (TestedKafka kafka = TestedKafka.start(directory.resolve("kafka"));
        Cluster cluster =
            Cluster.start(0, directory.resolve("checkpoints"), Duration.ofSeconds(1), 2)) {
      Job one = job("one", 3, 16, kafka);
      Job two = job("two", 4, 24, kafka);
      try (MetricsFollower ofOne = MetricsFollower.fromNowOn(one.kafka());
          MetricsFollower ofTwo = MetricsFollower.fromNowOn(two.kafka())) {
        RunningJob first = one.start(cluster.withParallelism(1));
        RunningJob second = two.start(cluster.withParallelism(1));
        one.publish();
        two.publish();

        one.requireAll(ofOne);
        first.finish();
        two.requireAll(ofTwo);
        second.finish();
        assertThat(first.failure()).isEmpty();
        assertThat(second.failure()).isEmpty();
      }
    }
  }
}
