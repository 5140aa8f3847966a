package io.flinklm.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.application.FlinkLmJob;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.cli.FlinkLm;
import io.flinklm.cli.fixture.RestRequest;
import io.flinklm.lane.Lanes;
import io.flinklm.local.process.ClassPath;
import io.flinklm.local.process.FlinkProcesses;
import io.flinklm.local.process.KafkaProcess;
import io.flinklm.producer.LanePlan;
import io.flinklm.text.Corpus;
import io.flinklm.topics.admin.TopicSetup;
import io.flinklm.topics.client.MetricsFollower;
import io.flinklm.train.Fit;
import io.flinklm.train.Report;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job as a cluster starts it: Flink in application mode as processes of their own, whose class
 * path has Flink and the engine and nothing of ours, and the job's one jar beside it.
 */
class ApplicationModeITCase {
  private static final int EPOCHS = 3;
  private static final int PARTITIONS = 4;
  private static final Corpus CORPUS = Corpus.humanNumbers();
  private static final ModelSettings MODEL = ModelSettings.ofChapter(Fit.of("lmmodel7"), 3);
  private static final Lanes LANES = Lanes.of(CORPUS.size(), MODEL.laneCount(), MODEL.bptt());

  // What the job must bring along, or not need.
  private static final List<String> NOT_OF_FLINK =
      List.of(
          "kafka",
          "bucket4j",
          "flink-connector-kafka",
          "flink-connector-base",
          "jackson",
          "picocli",
          "zstd",
          "lz4",
          "snappy");

  @TempDir private Path directory;

  @Test
  void goesOnAfterItsTaskManagerAndItsJobManagerAreKilledWithTheBitsOfThePlainLoop()
      throws Exception {
    List<Report> undisturbed = LoopOfNumbers.reports(MODEL, 0, EPOCHS);
    Report.RunEnd end = (Report.RunEnd) undisturbed.get(undisturbed.size() - 1);
    Comparison comparison = new Comparison(undisturbed);
    ClassPath classPath = ClassPath.ofThisProcess(FlinkLm.class);
    try (KafkaProcess kafka = KafkaProcess.start(classPath, directory)) {
      new TopicSetup(kafka.address()).createAll(PARTITIONS, Map.of());
      TextPortions text =
          new TextPortions(kafka.address(), LanePlan.of(CORPUS, LANES, EPOCHS), EPOCHS);
      try (FlinkProcesses flink = start(kafka, classPath);
          MetricsFollower follower = MetricsFollower.fromNowOn(kafka.address())) {
        text.publishNext();
        awaitStep(end.step() / (2 * EPOCHS), follower, comparison);
        flink.killTaskManager("taskmanager-2");
        flink.startTaskManager();

        text.publishNext();
        awaitStep(end.step() / EPOCHS + 1, follower, comparison);
        assertThat(RestRequest.of("DELETE", "/cluster").send(rest(flink)).status()).isEqualTo(403);
        await(() -> !checkpoints().isEmpty());
        flink.killAndStartJobManager();

        text.publishNext();
        await(() -> Files.exists(model(end)));
        follower.rest().forEach(comparison::add);
      }
    }
    assertThat(comparison.differencesUpToHere()).isEmpty();
    assertThat(model(end).resolve("config.json")).content().contains(end.weightsSha256());
    assertThat(directory.resolve("processes/jobmanager-4.log"))
        .content()
        .contains("going on from")
        .doesNotContain("already loaded in another classloader");
  }

  private static int rest(FlinkProcesses flink) {
    return Integer.parseInt(flink.settings().get("rest.port"));
  }

  private FlinkProcesses start(KafkaProcess kafka, ClassPath classPath) throws Exception {
    Map<String, String> settings = new HashMap<>(ChaosCluster.HEARTBEAT);
    settings.put(
        "execution.checkpointing.dir", directory.resolve("checkpoints").toUri().toString());
    settings.put("execution.checkpointing.interval", "500 ms");
    settings.put(
        "execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
    settings.put("restart-strategy.type", "fixed-delay");
    settings.put("restart-strategy.fixed-delay.attempts", "1000");
    settings.put("restart-strategy.fixed-delay.delay", "100 ms");
    List<Path> ofFlink =
        classPath.cluster().stream()
            .filter(
                jar -> NOT_OF_FLINK.stream().noneMatch(jar.getFileName().toString()::startsWith))
            .toList();
    Path job =
        classPath.job().stream()
            .filter(jar -> jar.getFileName().toString().startsWith("application"))
            .findFirst()
            .orElseThrow()
            .resolveSibling("flink-lm-job.jar");
    return FlinkProcesses.startApplication(
        directory.resolve("processes"),
        ofFlink,
        1,
        settings,
        job,
        List.of(
            FlinkLmJob.class.getName(),
            "--bootstrap",
            kafka.address().bootstrap(),
            "--out",
            directory.resolve("out").toUri().toString(),
            "--seed",
            Long.toString(MODEL.seed()),
            "--device",
            "cpu",
            "--tokenizer",
            "numbers",
            "--export-every",
            "0",
            "--go-on"));
  }

  private Path model(Report end) {
    return directory.resolve("out/models/step-" + end.step());
  }

  private List<Path> checkpoints() throws Exception {
    try (Stream<Path> files = Files.walk(directory.resolve("checkpoints"))) {
      return files.filter(file -> file.endsWith("_metadata")).toList();
    }
  }

  private static void awaitStep(long step, MetricsFollower follower, Comparison comparison)
      throws Exception {
    await(
        () -> {
          follower.next().forEach(comparison::add);
          return comparison.step() >= step;
        });
  }

  private static void await(Callable<Boolean> isThere) throws Exception {
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (!isThere.call()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.sleep(20);
    }
  }
}
