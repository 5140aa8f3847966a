package io.flinklm.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.application.settings.JobTuning;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.application.settings.ServingTuning;
import io.flinklm.cli.FlinkLm;
import io.flinklm.cli.chaos.ChaosCluster;
import io.flinklm.job.kafka.OnLostText;
import io.flinklm.job.models.ModelDirectory;
import io.flinklm.job.predict.AnswerLimits;
import io.flinklm.lane.Lanes;
import io.flinklm.local.flink.RunningJob;
import io.flinklm.local.process.ClassPath;
import io.flinklm.predict.Prediction;
import io.flinklm.predict.Prompt;
import io.flinklm.producer.LanePlan;
import io.flinklm.producer.Publication;
import io.flinklm.text.Corpus;
import io.flinklm.text.Tokenizer;
import io.flinklm.topics.TopicNames;
import io.flinklm.topics.admin.TopicSetup;
import io.flinklm.topics.client.MetricsFollower;
import io.flinklm.topics.client.PromptClient;
import io.flinklm.train.Fit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Prompts flow while the TaskManager that answers them is killed. The weights of each checkpoint
 * are exported, so that the newest model on disk says which weights the job goes back to.
 */
class PredictionsSurviveITCase {
  private static final int KILLS = 2;
  private static final int PARTITIONS = 4;
  private static final int EPOCHS = 200;
  private static final int PAUSE_MILLIS = 20;
  private static final int PROMPTS_BETWEEN = 60;
  private static final long PATIENCE_NANOS = 120_000_000_000L;
  private static final Corpus CORPUS = Corpus.humanNumbers();
  private static final Tokenizer VOCABULARY = CORPUS.tokenizer();
  private static final ModelSettings MODEL =
      ModelSettings.ofChapter(Fit.of("lmmodel7"), 3).withHidden(8);
  private static final Lanes LANES = Lanes.of(CORPUS.size(), MODEL.laneCount(), MODEL.bptt());

  @TempDir private Path directory;
  private final Set<String> asked = new LinkedHashSet<>();
  private final Map<String, Prediction> answered = new HashMap<>();

  @Test
  void everyPromptIsAnsweredAndNoneWithWeightsOlderThanTheCheckpoint() throws Exception {
    OutDirectory out = OutDirectory.open(directory);
    try (ChaosCluster processes =
        ChaosCluster.start(
            ClassPath.ofThisProcess(FlinkLm.class),
            directory,
            out.checkpoints(),
            Duration.ofMillis(500))) {
      StreamRun run = run(processes, out);
      RunningJob job = run.start(processes.cluster(), Optional.empty());
      try (Publication publication =
              Publication.start(run.kafka(), LanePlan.of(CORPUS, LANES, EPOCHS));
          PromptClient client = PromptClient.connect(run.kafka());
          MetricsFollower reports = MetricsFollower.fromNowOn(run.kafka())) {
        Flow flow =
            new Flow(
                client,
                () -> {
                  publication.requireHealthy();
                  reports.next().forEach(publication::follow);
                  return null;
                });
        flow.until(() -> newestModel(out) > 0);
        for (int kill = 0; kill < KILLS; kill++) {
          flow.forPrompts(PROMPTS_BETWEEN);
          processes.flink().killTaskManager(processes.taskManagersOf(job).get(0));
          processes.flink().startTaskManager();
          long checkpoint = newestModel(out);
          // What the killed one had sent before may still come; all that is asked now is answered
          // by another.
          Set<String> before = Set.copyOf(asked);
          flow.forPrompts(PROMPTS_BETWEEN);
          flow.awaitAllAnswers();
          assertThat(answered.values())
              .filteredOn(answer -> !before.contains(answer.id()))
              .hasSizeGreaterThanOrEqualTo(PROMPTS_BETWEEN)
              .allSatisfy(answer -> assertThat(answer.step()).isGreaterThanOrEqualTo(checkpoint));
        }
        assertThat(answered.values()).extracting(Prediction::error).containsOnlyNulls();
        assertThat(answered.keySet()).containsExactlyInAnyOrderElementsOf(asked);
        job.stop();
      }
    }
  }

  /** Prompts one after the other, and the answers to them. */
  private final class Flow {
    private final PromptClient client;
    private final Callable<?> meanwhile;

    Flow(PromptClient client, Callable<?> meanwhile) {
      this.client = client;
      this.meanwhile = meanwhile;
    }

    void forPrompts(int count) throws Exception {
      int end = asked.size() + count;
      until(() -> asked.size() >= end);
    }

    void until(Callable<Boolean> condition) throws Exception {
      long start = System.nanoTime();
      while (!condition.call()) {
        Prompt prompt = Prompt.of("one thousand two hundred", 8);
        asked.add(prompt.id());
        client.send("session " + asked.size() % 5, prompt);
        Thread.sleep(PAUSE_MILLIS);
        receive(start);
      }
    }

    void awaitAllAnswers() throws Exception {
      long start = System.nanoTime();
      while (!answered.keySet().containsAll(asked)) {
        receive(start);
      }
    }

    private void receive(long start) throws Exception {
      assertThat(System.nanoTime() - start)
          .as("%d of %d are answered", answered.size(), asked.size())
          .isLessThan(PATIENCE_NANOS);
      client.next().forEach(answer -> answered.put(answer.id(), answer));
      meanwhile.call();
    }
  }

  private static long newestModel(OutDirectory out) throws Exception {
    Path latest = out.models().directory().resolve(ModelDirectory.LATEST);
    return Files.exists(latest)
        ? Long.parseLong(latest.toRealPath().getFileName().toString().substring("step-".length()))
        : 0;
  }

  private static StreamRun run(ChaosCluster processes, OutDirectory out) throws Exception {
    TopicSetup topics = new TopicSetup(processes.kafka().address());
    topics.createAll(PARTITIONS, Map.of());
    LanePlan plan = LanePlan.of(CORPUS, LANES, EPOCHS);
    RunSettings settings =
        RunSettings.ofNumbers(MODEL, LANES, EPOCHS, PARTITIONS).publishing(plan, topics.textEnd());
    return new StreamRun(
        settings,
        VOCABULARY,
        processes.kafka().address(),
        Optional.empty(),
        out,
        new JobTuning(
            JobTuning.DEFAULT.options().withOutput(20, Duration.ZERO),
            OnLostText.STOP,
            0,
            Optional.of(
                new ServingTuning(
                    1,
                    Duration.ofHours(1),
                    AnswerLimits.DEFAULT,
                    Optional.empty(),
                    topics.end(TopicNames.PROMPTS)))));
  }
}
