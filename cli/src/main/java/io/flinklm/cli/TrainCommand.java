package io.flinklm.cli;

import io.flinklm.UserMistake;
import io.flinklm.application.options.GroupOption;
import io.flinklm.application.options.KafkaOptions;
import io.flinklm.application.options.ModelOptions;
import io.flinklm.application.options.RecordFormatOptions;
import io.flinklm.application.options.StreamsOptions;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.cli.option.OutputOptions;
import io.flinklm.cli.run.LocalRun;
import io.flinklm.cli.run.OutDirectory;
import io.flinklm.cli.run.OwnMemory;
import io.flinklm.cli.run.RunSettings;
import io.flinklm.cli.run.StreamRun;
import io.flinklm.cli.run.TopicClaim;
import io.flinklm.cli.screen.Terminal;
import io.flinklm.job.models.Lineage;
import io.flinklm.lane.Lanes;
import io.flinklm.local.process.FileClaim;
import io.flinklm.net.MachineKind;
import io.flinklm.text.TokenCounts;
import io.flinklm.text.Tokenizer;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import io.flinklm.topics.admin.KeptTopics;
import io.flinklm.topics.admin.TopicRights;
import io.flinklm.topics.admin.TopicSetup;
import io.flinklm.topics.client.TopicScan;
import io.flinklm.train.Fit;
import java.util.List;
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
  @Mixin private GroupOption group;
  @Mixin private RecordFormatOptions records;

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
    records.format();
    OutDirectory out = OutDirectory.open(output.out());
    KafkaAddress kafka = group.on(where.address());
    if (!resume) {
      return start(kafka, out);
    }
    RunSettings settings = out.resumable();
    try (FileClaim claim = out.claim()) {
      return resume(settings, kafka, out);
    }
  }

  private int start(KafkaAddress kafka, OutDirectory out) throws Exception {
    Fit fit = options.fit(options.tokenizer().kind());
    if (!bounded) {
      options.settings(fit).requireSchedule(0);
    }
    options.requireDevice();
    records.requireFit(options.streams().isPresent());
    if (options.streams().isPresent()) {
      StreamsOptions.requireFit(output.tuning());
      options.tokenizer().requireGivenForStreams();
      options.settings(fit).requireSchedule(0);
    }
    boolean replicas = options.settings(fit).replication().isShared();
    kafka.requireReachable();
    new TopicSetup(kafka).createAll(PARTITIONS, Map.of());
    TopicRights.ofRun(kafka, output.tuning().scores(), false)
        .withAlerts(output.tuning().alerts().isPresent())
        .withReplicas(replicas)
        .requireAll();
    KeptTopics topics = new KeptTopics(kafka);
    topics.requireKept(replicas);
    topics.warnings().forEach(Terminal::warn);
    Lineage lineage = Lineage.draw();
    try (FileClaim directory = out.claim();
        TopicClaim claim = TopicClaim.of(kafka, lineage.name(), out)) {
      claim.requireOnlyOne();
      return start(kafka, fit, lineage, out);
    }
  }

  private int start(KafkaAddress kafka, Fit fit, Lineage lineage, OutDirectory out)
      throws Exception {
    Tokenizer tokenizer;
    RunSettings settings;
    if (options.streams().isPresent()) {
      tokenizer = options.tokenizer().choice().learned(new TokenCounts());
      settings = ofStreams(fit, kafka, tokenizer, lineage);
    } else {
      TopicScan scan =
          TopicScan.of(
              kafka,
              options.laneCount(fit),
              options.tokenizer().choice(),
              records.format(),
              bounded ? new TopicSetup(kafka).textEnd() : Map.of());
      requireText(scan, options.laneCount(fit), kafka);
      tokenizer = scan.tokenizer();
      settings = settings(fit, scan, lineage, kafka);
    }
    OwnMemory.requireFor(OwnMemory.stream(options.startsFromModel()), settings.model(), tokenizer);
    out.begin(false, options.initial(fit, tokenizer));
    out.keep(settings, tokenizer);
    return new LocalRun(settings, tokenizer, kafka, out)
        .run(Optional.empty(), Optional.empty(), output, options.trainParallelism());
  }

  /** A vocabulary cannot be made of no text, and nobody knows what text is to come. */
  private void requireText(TopicScan scan, int laneCount, KafkaAddress kafka) {
    String topic = "the topic " + kafka.named(TopicNames.TEXT) + " at " + kafka;
    String ofLane =
        " is of a lane from 0 to "
            + (laneCount - 1)
            + "; its key must be the lane's number in decimal";
    if (scan.tokens() == 0 && bounded) {
      throw new UserMistake(topic + " is empty; there is nothing to train on");
    }
    if (scan.tokens() == 0 && !options.tokenizer().isGiven()) {
      throw new UserMistake(
          topic
              + " is empty, so there is no text to make a vocabulary from; give one with"
              + " --vocabulary, or a tokenizer that needs none (--tokenizer bytes, numbers or a"
              + " tokenizer.json), or start once there is text");
    }
    if (scan.tokens() > 0 && !scan.hasText()) {
      if (bounded || !options.tokenizer().isGiven()) {
        throw new UserMistake("no record of " + topic + ofLane);
      }
      Terminal.warn("no record of " + topic + " so far" + ofLane);
    }
  }

  private RunSettings settings(Fit fit, TopicScan scan, Lineage lineage, KafkaAddress kafka) {
    ModelSettings model = options.settings(fit);
    long steps = bounded ? scan.steps(model.windows()) : 0;
    model.requireSchedule(steps);
    return new RunSettings(
        model,
        bounded ? scan.epochs() : 0,
        steps,
        null,
        kafka.bootstrap(),
        scan.start().size(),
        false,
        bounded ? scan.tokens() : RunSettings.UNKNOWN,
        bounded ? scan.bytes() : RunSettings.UNKNOWN,
        scan.start(),
        bounded ? scan.end() : null,
        scan.prompts(),
        false,
        model.machine(),
        output.tuning().scores(),
        output.tuning().alerts().orElse(null),
        output.tuning().prequential(),
        lineage.name(),
        kafka.naming(),
        records.format(),
        scan.tokenizer().name().label(),
        Lanes.VALID_SHARE,
        null,
        null);
  }

  // How many steps streams make is known when they have been made: the learning rate is that of a
  // text without end.
  private RunSettings ofStreams(Fit fit, KafkaAddress kafka, Tokenizer tokenizer, Lineage lineage)
      throws Exception {
    ModelSettings model = options.settings(fit);
    Map<Integer, Long> end = new TopicSetup(kafka).textEnd();
    if (bounded && end.values().stream().allMatch(offset -> offset == 0)) {
      throw new UserMistake(
          "the topic "
              + kafka.named(TopicNames.TEXT)
              + " at "
              + kafka
              + " is empty; there is nothing to train on");
    }
    return new RunSettings(
        model,
        0,
        0,
        null,
        kafka.bootstrap(),
        end.size(),
        false,
        RunSettings.UNKNOWN,
        RunSettings.UNKNOWN,
        Map.of(),
        bounded ? end : null,
        List.of(),
        false,
        model.machine(),
        output.tuning().scores(),
        output.tuning().alerts().orElse(null),
        output.tuning().prequential(),
        lineage.name(),
        kafka.naming(),
        records.format(),
        tokenizer.name().label(),
        Lanes.VALID_SHARE,
        null,
        options.streams().orElseThrow());
  }

  private int resume(RunSettings kept, KafkaAddress given, OutDirectory out) throws Exception {
    RunSettings settings = kept;
    where.topics().requireNoneBut(settings.topics());
    group.requireNoneBut(settings.topics());
    records.requireNoneBut(settings.format());
    KafkaAddress kafka = given.named(settings.topics());
    options.requireStreamsBut(kept.streams(), kept.model().laneCount());
    ModelSettings model = options.resumed(settings.model(), settings.steps());
    MachineKind here = model.machine();
    settings.warningOn(here).ifPresent(Terminal::warn);
    settings =
        settings
            .resumed(model, here)
            .withScores(output.tuning().scores(), output.tuning().alerts())
            .withPrequential(output.tuning().prequential());
    if (settings.produces()) {
      throw new UserMistake(
          "the run in " + out.path() + " was started with 'run'; resume it with 'run'");
    }
    if (settings.streams() != null) {
      StreamsOptions.requireFit(output.tuning());
    }
    kafka.requireReachable();
    KeptTopics topics = new KeptTopics(kafka);
    topics.requireAll();
    StreamRun.rights(settings, kafka).requireAll();
    topics.requireKept(settings.hasReplicas());
    topics.requirePartitions(settings.partitions());
    topics.warnings().forEach(Terminal::warn);
    Tokenizer tokenizer = out.tokenizer(settings);
    OwnMemory.requireFor(OwnMemory.stream(out.startsFromModel()), model, tokenizer);
    try (TopicClaim claim = TopicClaim.of(kafka, settings.lineage(), out)) {
      claim.requireOnlyOne();
      out.keep(settings);
      return new LocalRun(settings, tokenizer, kafka, out)
          .run(Optional.empty(), out.newestCheckpoint(), output, options.trainParallelism());
    }
  }
}
