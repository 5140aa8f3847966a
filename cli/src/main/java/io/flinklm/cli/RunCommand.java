package io.flinklm.cli;

import io.flinklm.UserMistake;
import io.flinklm.application.options.KafkaClientOptions;
import io.flinklm.application.options.ModelOptions;
import io.flinklm.application.options.OptionRange;
import io.flinklm.application.settings.InitialModel;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.cli.option.CorpusOptions;
import io.flinklm.cli.option.OutputOptions;
import io.flinklm.cli.option.TextOptions;
import io.flinklm.cli.run.LocalRun;
import io.flinklm.cli.run.OutDirectory;
import io.flinklm.cli.run.OwnMemory;
import io.flinklm.cli.run.PlainRun;
import io.flinklm.cli.run.PlainTraining;
import io.flinklm.cli.run.Prompts;
import io.flinklm.cli.run.RunSettings;
import io.flinklm.cli.screen.Terminal;
import io.flinklm.job.models.Lineage;
import io.flinklm.job.train.TrainingHeap;
import io.flinklm.lane.Lanes;
import io.flinklm.local.process.FileClaim;
import io.flinklm.net.MachineKind;
import io.flinklm.producer.LanePlan;
import io.flinklm.producer.PublishedProgress;
import io.flinklm.text.Corpus;
import io.flinklm.text.TokenBytes;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.TokenizerChoice;
import io.flinklm.topics.RecordFormat;
import io.flinklm.topics.TopicNames;
import io.flinklm.topics.admin.TopicSetup;
import io.flinklm.train.Fit;
import io.flinklm.train.PlainLoop;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flink-lm run}. */
@Command(
    name = "run",
    description = "Stream a text through Kafka and Flink and train a model on it, in one process.",
    sortOptions = false)
final class RunCommand implements Callable<Integer> {
  // Text behind the training is of no use in an endless run; what is ahead is much less than this.
  private static final Map<String, String> ENDLESS_TEXT =
      Map.of("retention.bytes", "268435456", "segment.bytes", "33554432");
  private static final Map<String, String> WHOLE_TEXT = Map.of("retention.ms", "-1");

  @Mixin private ModelOptions options;
  @Mixin private CorpusOptions text;
  @Mixin private OutputOptions output;

  @Mixin private KafkaClientOptions clients;

  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      description = "Use the Kafka there instead of one in this process.")
  private String bootstrap;

  @Option(
      names = "--plain-loop",
      description = "Train in a plain loop in memory instead, without Kafka and Flink.")
  private boolean plainLoop;

  @Option(
      names = "--continuous",
      description = "Until stopped: the text repeats, the learning rate warms up and stays.")
  private boolean continuous;

  @Option(names = "--resume", description = "Go on with the run in --out, with its settings.")
  private boolean resume;

  @Override
  public Integer call() throws Exception {
    if (plainLoop
        && (continuous || resume || bootstrap != null || output.tuning().laneTimeout().isGiven())) {
      throw new UserMistake(
          "--plain-loop has neither stream nor checkpoints: leave out --continuous, --resume,"
              + " --bootstrap and --lane-timeout");
    }
    if (plainLoop && output.tuning().saysWhoAnswers()) {
      throw new UserMistake("--plain-loop answers no prompts: leave out --serve and --serve-from");
    }
    if (plainLoop && options.trainParallelism() > 1) {
      throw new UserMistake(
          "--plain-loop trains all replicas one after the other: leave out --train-parallelism");
    }
    options.requireFresh(resume);
    output.requireValid();
    if (options.streams().isPresent() && continuous) {
      throw new UserMistake("--streams takes each record of its file once: leave out --continuous");
    }
    OutDirectory out = OutDirectory.open(output.out());
    if (!resume && options.streams().isPresent()) {
      return streams().start(plainLoop, out);
    }
    if (resume) {
      RunSettings settings = out.resumable();
      try (FileClaim claim = out.claim()) {
        return resume(settings, out);
      }
    }
    options.fit(options.tokenizer().kind());
    options.requireDevice();
    text.partitions();
    double validShare = text.validShare();
    List<Path> files = text.files(out.path()).stream().map(Path::toAbsolutePath).toList();
    TokenizerChoice choice = options.tokenizer().choiceFor(files);
    Fit fit = options.fit(choice.kind());
    Corpus corpus = TextOptions.read(files, choice, out.path());
    Tokenizer tokenizer = corpus.learned();
    Lanes lanes =
        Lanes.of(corpus.size(), options.laneCount(fit), fit.windows(options.bptt(fit)), validShare)
            .along(corpus.pieceStarts());
    RunSettings settings = settings(fit, lanes, corpus, files);
    TrainingHeap.Work work =
        plainLoop ? TrainingHeap.Work.LOOP : OwnMemory.stream(options.startsFromModel());
    OwnMemory.requireFor(work, settings.model(), tokenizer);
    Optional<InitialModel> initial = options.initial(fit, tokenizer);
    if (plainLoop) {
      try (FileClaim claim = out.claim()) {
        int[] ids = corpus.ids(tokenizer);
        TokenBytes bytes = TokenBytes.inRecords(corpus, LanePlan.TOKENS_PER_RECORD);
        PlainLoop loop = new PlainLoop(ids, lanes, bytes);
        return new PlainRun<>(
                settings,
                tokenizer,
                out,
                PlainTraining::onLanes,
                of -> loop.run(of, settings.epochs()))
            .run(output, initial);
      }
    }
    LanePlan plan = LanePlan.of(corpus, lanes, epochs(settings));
    if (bootstrap != null) {
      clients.address(bootstrap).requireReachable();
    }
    try (FileClaim claim = out.claim()) {
      return start(settings, plan, tokenizer, initial, out);
    }
  }

  private RunSettings settings(Fit fit, Lanes lanes, Corpus corpus, List<Path> files) {
    int epochs = continuous ? 0 : text.epochs(fit, corpus.size());
    if (!continuous) {
      OptionRange.positive("--epochs", epochs);
    }
    ModelSettings model = options.settings(fit);
    model.requireSchedule(lanes.steps(epochs));
    return new RunSettings(
        model,
        epochs,
        lanes.steps(epochs),
        files.isEmpty() ? null : files.stream().map(Path::toString).toList(),
        bootstrap,
        text.partitions(),
        true,
        continuous ? RunSettings.UNKNOWN : epochs * lanes.tokensPerEpoch(),
        continuous ? RunSettings.UNKNOWN : epochs * bytesPerEpoch(corpus, lanes),
        Map.of(),
        null,
        Prompts.of(corpus, lanes),
        false,
        model.machine(),
        output.tuning().scores(),
        output.tuning().alerts().orElse(null),
        output.tuning().prequential(),
        Lineage.draw().name(),
        clients.topics().naming(),
        RecordFormat.PLAIN,
        corpus.learned().name().label(),
        text.validShare(),
        null,
        null);
  }

  private RunStreams streams() {
    return new RunStreams(options, text, output, clients, bootstrap);
  }

  private static long bytesPerEpoch(Corpus corpus, Lanes lanes) {
    return PlainLoop.bytesPerEpoch(lanes, TokenBytes.inRecords(corpus, LanePlan.TOKENS_PER_RECORD));
  }

  private static int epochs(RunSettings settings) {
    return settings.epochs() == 0 ? LanePlan.ENDLESS : settings.epochs();
  }

  private int start(
      RunSettings settings,
      LanePlan plan,
      Tokenizer tokenizer,
      Optional<InitialModel> initial,
      OutDirectory out)
      throws Exception {
    Map<String, String> ofText = settings.epochs() == 0 ? ENDLESS_TEXT : WHOLE_TEXT;
    return new RunKafka(clients)
        .start(
            settings,
            ofText,
            initial,
            out,
            kafka -> {
              RunSettings placed = settings.publishing(plan, new TopicSetup(kafka).textEnd());
              out.keep(placed, tokenizer);
              return new LocalRun(placed, tokenizer, kafka, out)
                  .run(Optional.of(plan), Optional.empty(), output, options.trainParallelism());
            });
  }

  private int resume(RunSettings kept, OutDirectory out) throws Exception {
    clients.topics().requireNoneBut(kept.topics());
    text.requireNoValidShareBut(kept.validShare());
    options.requireStreamsBut(kept.streams(), kept.model().laneCount());
    ModelSettings model = options.resumed(kept.model(), kept.steps());
    MachineKind here = model.machine();
    kept.warningOn(here).ifPresent(Terminal::warn);
    RunSettings settings =
        kept.resumed(model, here)
            .withScores(output.tuning().scores(), output.tuning().alerts())
            .withPrequential(output.tuning().prequential());
    if (!settings.produces()) {
      throw new UserMistake(
          "the run in " + out.path() + " was started with 'train'; resume it with 'train'");
    }
    if (settings.streams() != null) {
      return streams().resume(settings, out);
    }
    Tokenizer tokenizer = out.tokenizer(settings);
    OwnMemory.requireFor(OwnMemory.stream(out.startsFromModel()), model, tokenizer);
    Corpus corpus =
        TextOptions.read(settings.corpusFiles(), TokenizerChoice.of(tokenizer), out.path());
    Lanes lanes =
        Lanes.of(corpus.size(), model.laneCount(), model.windows(), settings.validShare())
            .along(corpus.pieceStarts());
    LanePlan plan = LanePlan.of(corpus, lanes, epochs(settings));
    return new RunKafka(clients)
        .resume(
            settings,
            out,
            kafka -> {
              PublishedProgress progress =
                  PublishedProgress.read(
                      kafka,
                      kafka.named(TopicNames.TEXT),
                      model.laneCount(),
                      settings.start(),
                      tokenizer);
              out.keep(settings);
              return new LocalRun(settings, tokenizer, kafka, out)
                  .run(
                      Optional.of(plan.after(progress.last())),
                      out.newestCheckpoint(),
                      output,
                      options.trainParallelism());
            });
  }
}
