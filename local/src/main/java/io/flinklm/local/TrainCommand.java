package io.flinklm.local;

import io.flinklm.UserMistake;
import io.flinklm.application.KafkaOptions;
import io.flinklm.application.ModelOptions;
import io.flinklm.application.ModelSettings;
import io.flinklm.application.TopicSetup;
import io.flinklm.net.MachineKind;
import io.flinklm.producer.Corpus;
import io.flinklm.producer.KafkaAddress;
import io.flinklm.text.Vocabulary;
import io.flinklm.train.Fit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flink-lm train}. */
@Command(
    name = "train",
    description = "Run only the job, on what the topic text holds and on what comes.",
    sortOptions = false)
final class TrainCommand implements Callable<Integer> {
  private static final int PARTITIONS = 4;

  @Mixin private ModelOptions options;
  @Mixin private OutputOptions output;

  @Mixin private KafkaOptions where;

  @Option(
      names = "--bounded",
      description = "Only up to what the topic holds at the start, in one cycle; then end.")
  private boolean bounded;

  @Option(names = "--resume", description = "Go on with the run in --out, with its settings.")
  private boolean resume;

  @Override
  public Integer call() throws Exception {
    options.requireFresh(resume);
    output.requireValid();
    OutDirectory out = OutDirectory.open(output.out);
    KafkaAddress kafka = where.address();
    return resume ? resume(kafka, out) : start(kafka, out);
  }

  private int start(KafkaAddress kafka, OutDirectory out) throws Exception {
    Fit fit = options.fit();
    options.requireDevice();
    kafka.requireReachable();
    new TopicSetup(kafka).createAll(PARTITIONS, Map.of());
    TopicScan scan = TopicScan.of(kafka.bootstrap(), kafka.clientProperties(), options.lanes);
    if (bounded && scan.tokens() == 0) {
      throw new UserMistake(
          "the topic text at " + kafka.bootstrap() + " is empty; there is nothing to train on");
    }
    if (bounded && scan.texts().isEmpty()) {
      throw new UserMistake(
          "no record of the topic text at "
              + kafka.bootstrap()
              + " is of a lane from 0 to "
              + (options.lanes - 1)
              + "; its key must be the lane's number in decimal");
    }
    Vocabulary ofText =
        scan.texts().isEmpty() ? Corpus.humanNumbers().vocabulary() : scan.vocabulary();
    Vocabulary vocabulary = options.vocabularyOr(ofText);
    RunSettings settings = settings(fit, scan);
    OwnHeap.requireFor(settings.model(), vocabulary);
    out.begin(false, options.initial(fit, vocabulary));
    out.keep(settings, vocabulary);
    return new LocalRun(settings, vocabulary, kafka, out)
        .run(Optional.empty(), Optional.empty(), output);
  }

  private RunSettings settings(Fit fit, TopicScan scan) {
    ModelSettings model = options.settings(fit);
    return new RunSettings(
        model,
        bounded ? scan.epochs() : 0,
        bounded ? scan.steps(model.bptt(), fit.contiguous()) : 0,
        null,
        where.address().bootstrap(),
        scan.start().size(),
        false,
        bounded ? scan.tokens() : RunSettings.UNKNOWN,
        scan.start(),
        bounded ? scan.end() : null,
        scan.prompts(),
        false,
        model.machine(),
        output.tuning.scores());
  }

  private int resume(KafkaAddress kafka, OutDirectory out) throws Exception {
    RunSettings settings = out.resumable();
    ModelSettings model = options.resumed(settings.model());
    MachineKind here = model.machine();
    settings.warningOn(here).ifPresent(Terminal::warn);
    settings = settings.resumed(model, here).withScores(output.tuning.scores());
    if (settings.produces()) {
      throw new UserMistake(
          "the run in " + out.path() + " was started with 'run'; resume it with 'run'");
    }
    kafka.requireReachable();
    Vocabulary vocabulary = Vocabulary.read(out.vocabularyFile());
    OwnHeap.requireFor(model, vocabulary);
    out.keep(settings);
    return new LocalRun(settings, vocabulary, kafka, out)
        .run(Optional.empty(), out.newestCheckpoint(), output);
  }
}
