package io.flinklm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.application.settings.JobTuning;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.PlantedFault;
import io.flinklm.cli.run.OutDirectory;
import io.flinklm.cli.run.RunSettings;
import io.flinklm.cli.run.StreamRun;
import io.flinklm.lane.Lanes;
import io.flinklm.local.flink.Cluster;
import io.flinklm.local.flink.RunningJob;
import io.flinklm.local.kafka.Broker;
import io.flinklm.local.process.ClassPath;
import io.flinklm.local.process.FlinkProcesses;
import io.flinklm.net.WrongArithmeticException;
import io.flinklm.text.Corpus;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.admin.TopicSetup;
import io.flinklm.train.Fit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.util.ExceptionUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An engine that computes wrongly is found before the first step, in every kind of process: it ends
 * with one line, or goes on another way and says so.
 */
class WrongArithmeticITCase {
  private static final String[] TRAINING = {
    "run", "--plain-loop", "--hidden", "8", "--epochs", "1", "--out=out"
  };

  @TempDir private static Path planted;
  private static Path wrongLstm;

  @TempDir private Path directory;

  @BeforeAll
  static void plant() throws Exception {
    wrongLstm = PlantedFault.inEveryLstm(planted);
  }

  @Test
  void aRunStopsBeforeItsFirstStepAndItsLineHelps() throws Exception {
    Command.Ended run =
        Command.run(directory, wrongLstm, "run", "--hidden", "8", "--epochs", "1", "--port", "0");

    requireLine(run);
    assertThat(run.out()).doesNotContain("loss");
    Command.Ended helped =
        Command.run(
            directory,
            wrongLstm,
            "run",
            "--cell",
            "scratch",
            "--hidden",
            "8",
            "--epochs",
            "1",
            "--port",
            "0");
    assertThat(helped.code()).as(helped.err()).isZero();
    assertThat(helped.err()).isEmpty();
  }

  @Test
  void aPredictionOfAModelOnDiskIsRefused() throws Exception {
    assertThat(Command.here(directory, TRAINING).code()).isZero();
    String[] predict = {"predict", "one thousand", "--from", "out"};

    requireLine(Command.run(directory, wrongLstm, predict));

    String[] fromScratch = {"predict", "one thousand", "--from", "out", "--cell", "scratch"};
    Command.Ended helped = Command.run(directory, wrongLstm, fromScratch);
    assertThat(helped.code()).as(helped.err()).isZero();
    predict[3] = directory.resolve("out").toString();
    assertThat(helped.out()).isEqualTo(Command.here(predict).out());
  }

  @Test
  void aTaskManagerEndsTheJobAndDoesNotTryAgain() throws Exception {
    ClassPath classPath = ClassPath.ofThisProcess(FlinkLm.class);
    OutDirectory out = OutDirectory.open(directory);
    Corpus corpus = Corpus.humanNumbers();
    ModelSettings model = ModelSettings.ofChapter(Fit.of("lmmodel7"), 0).withHidden(8);
    Lanes lanes = Lanes.of(corpus.size(), model.laneCount(), model.bptt());
    Path processes = directory.resolve("processes");
    try (Broker broker = Broker.start(directory.resolve("kafka"), 0);
        Cluster cluster =
            Cluster.of(
                FlinkProcesses.start(processes, classPath.cluster(), 1, Map.of()),
                PlantedFault.jobWith(wrongLstm, classPath.job()),
                out.checkpoints(),
                Duration.ofSeconds(1))) {
      KafkaAddress kafka = KafkaAddress.of(broker.address());
      new TopicSetup(kafka).createAll(1, Map.of());
      RunningJob job =
          new StreamRun(
                  RunSettings.ofNumbers(model, lanes, 1, 1),
                  corpus.tokenizer(),
                  kafka,
                  Optional.empty(),
                  out,
                  JobTuning.DEFAULT)
              .start(cluster, Optional.empty());

      Throwable failure = job.failure().orElseThrow();

      assertThat(ExceptionUtils.findThrowable(failure, WrongArithmeticException.class))
          .get()
          .extracting(Throwable::getMessage)
          .asString()
          .contains("lmmodel7 with hidden 8", "--cell scratch");
    }
    assertThat(Files.readString(processes.resolve("taskmanager-2.log")))
        .containsOnlyOnce("ERROR i.f.j.m.EngineTest")
        .contains("--cell scratch computes with the chapter's cell, which is right here");
  }

  @Test
  void whereAnotherWayIsRightTheTrainingGoesOnAndSaysSo() throws Exception {
    Path wrongGradients = PlantedFault.inWrittenOutGradients(planted);

    Command.Ended run = Command.run(directory, wrongGradients, TRAINING);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err())
        .hasLineCount(1)
        .startsWith("flink-lm: warning: the engine computes lmmodel7 with hidden 8 and 2 layers")
        .contains("PyTorch 2.", "h differ by 0.01", "goes on another way");
  }

  private static void requireLine(Command.Ended ended) {
    assertThat(ended.code()).as(ended.out() + ended.err()).isEqualTo(1);
    assertThat(ended.err())
        .hasLineCount(1)
        .startsWith("flink-lm: the engine computes lmmodel7 with hidden 8 and 2 layers wrongly")
        .contains("PyTorch 2.", "differ by 0.01", "--cell scratch")
        .doesNotContain("\tat ");
  }
}
