package io.flinklm.cli.chaos;

import ai.djl.Device;
import io.flinklm.application.options.OptionRange;
import io.flinklm.application.options.ReplicaOptions;
import io.flinklm.application.options.ShardOptions;
import io.flinklm.application.settings.JobTuning;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.cli.run.OutDirectory;
import io.flinklm.cli.run.PlainTraining;
import io.flinklm.cli.run.RunSettings;
import io.flinklm.cli.run.StreamRun;
import io.flinklm.cli.screen.Figures;
import io.flinklm.lane.Lanes;
import io.flinklm.local.flink.RunningJob;
import io.flinklm.local.process.ClassPath;
import io.flinklm.local.process.FileClaim;
import io.flinklm.producer.LanePlan;
import io.flinklm.text.Corpus;
import io.flinklm.text.TokenBytes;
import io.flinklm.topics.admin.TopicSetup;
import io.flinklm.topics.client.MetricsFollower;
import io.flinklm.train.BatchTraining;
import io.flinklm.train.Fit;
import io.flinklm.train.PlainLoop;
import io.flinklm.train.Report;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code flink-lm chaos}. */
@Command(
    name = "chaos",
    description = "Kill a training again and again, and see whether it ends with the same bits.",
    sortOptions = false)
public final class ChaosCommand implements Callable<Integer> {
  private static final int PARTITIONS = 4;
  private static final int NOT_THE_SAME = 1;
  private static final String ROW = "%-12s  %-21s  %6s  %10s  %6s";

  @Spec private CommandSpec spec;

  @Option(
      names = "--kills",
      defaultValue = "5",
      description = "How often a TaskManager is killed (default: ${DEFAULT-VALUE}).")
  private int kills;

  @Option(
      names = "--broker-kills",
      defaultValue = "1",
      description = "How often Kafka is killed and started again (default: ${DEFAULT-VALUE}).")
  private int brokerKills;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Seed of the training and of the moments (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--model",
      defaultValue = "lmmodel7",
      description = "The language model (default: ${DEFAULT-VALUE}).")
  private String model;

  @Option(names = "--epochs", description = "Passes over the text (default: the model's).")
  private Integer epochs;

  @Mixin private ShardOptions shards;
  @Mixin private ReplicaOptions replicas;

  @Option(
      names = "--checkpoint-interval",
      paramLabel = "SECONDS",
      defaultValue = "1",
      description = "Seconds between checkpoints (default: ${DEFAULT-VALUE}).")
  private int checkpointSeconds;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "out",
      description = "Where logs, checkpoints and results go (default: ${DEFAULT-VALUE}).")
  private Path directory;

  @Override
  public Integer call() throws Exception {
    Fit fit = Fit.of(model);
    int passes = epochs == null ? fit.epochs() : epochs;
    replicas.requireFit(fit.laneCount(), shards);
    OptionRange.atMost("--train-parallelism", replicas.trainParallelism(), ChaosCluster.SLOTS);
    OptionRange.positive("--kills", kills);
    OptionRange.positive("--epochs", passes);
    OptionRange.positive("--checkpoint-interval", checkpointSeconds);
    OutDirectory out = OutDirectory.open(directory);
    try (FileClaim claim = out.claim()) {
      return run(fit, passes, out);
    }
  }

  private int run(Fit fit, int passes, OutDirectory out) throws Exception {
    PrintStream screen = System.out;
    out.begin(true, Optional.empty());
    Corpus corpus = Corpus.humanNumbers();
    ModelSettings settings =
        shards.appliedTo(replicas.appliedTo(ModelSettings.ofChapter(fit, seed)));
    Lanes lanes = Lanes.of(corpus.size(), settings.laneCount(), fit.windows(settings.bptt()));
    List<Report> undisturbed = plainLoop(settings, corpus, lanes, passes);
    Report.RunEnd expected = (Report.RunEnd) undisturbed.get(undisturbed.size() - 1);
    screen.println("Undisturbed  %d steps".formatted(expected.step()));
    screen.println("             weights       " + expected.weightsSha256());
    screen.println("             hidden states " + expected.hiddenStatesSha256());
    Duration interval = Duration.ofSeconds(checkpointSeconds);
    ClassPath classPath = ClassPath.ofThisProcess(spec.root().userObject().getClass());
    try (ChaosCluster cluster =
        ChaosCluster.start(classPath, out.path(), out.checkpoints(), interval)) {
      screen.println("Kafka        " + cluster.kafka().address().bootstrap());
      screen.println("Dashboard    " + cluster.cluster().dashboard());
      TopicSetup topics = new TopicSetup(cluster.kafka().address());
      topics.createAll(PARTITIONS, Map.of("retention.ms", "-1"));
      Map<Integer, Long> start = topics.textEnd();
      LanePlan plan = LanePlan.of(corpus, lanes, passes);
      return train(cluster, settings, corpus, plan, start, lanes, passes, out, undisturbed, screen);
    }
  }

  private static List<Report> plainLoop(
      ModelSettings model, Corpus corpus, Lanes lanes, int epochs) {
    List<Report> reports = new ArrayList<>();
    Training training =
        Training.of(
            model.trainingConfig(corpus.tokenizer().size(), lanes.steps(epochs)),
            corpus.tokenizer().fingerprint(),
            Device.cpu(),
            reports::add);
    try (PlainTraining<BatchTraining> begun = PlainTraining.onLanes(training, Trainer::drawn)) {
      TokenBytes bytes = TokenBytes.inRecords(corpus, LanePlan.TOKENS_PER_RECORD);
      new PlainLoop(corpus.ids(corpus.tokenizer()), lanes, bytes).run(begun.all(), epochs);
    }
    return reports;
  }

  private int train(
      ChaosCluster cluster,
      ModelSettings settings,
      Corpus corpus,
      LanePlan plan,
      Map<Integer, Long> start,
      Lanes lanes,
      int passes,
      OutDirectory out,
      List<Report> undisturbed,
      PrintStream screen)
      throws Exception {
    RunSettings run =
        RunSettings.ofNumbers(settings, lanes, passes, PARTITIONS).publishing(plan, start);
    Random random = new Random(seed);
    try (MetricsFollower follower = MetricsFollower.fromNowOn(cluster.kafka().address())) {
      StreamRun stream =
          new StreamRun(
              run,
              corpus.tokenizer(),
              cluster.kafka().address(),
              Optional.empty(),
              out,
              JobTuning.DEFAULT.withTrainParallelism(replicas.trainParallelism()));
      List<ChaosEvent> events = ChaosEvent.spread(kills, brokerKills, run.hasReplicas(), random);
      TextPortions text = new TextPortions(cluster.kafka().address(), plan, events.size() + 1);
      text.publishNext();
      RunningJob job = stream.start(cluster.cluster(), Optional.empty());
      screen.println();
      screen.println(ROW.formatted("killed", "when", "step", "next step", "redone"));
      Comparison comparison = new Comparison(undisturbed);
      List<String> differences =
          new ChaosRun(job, follower, cluster, text, comparison, random)
              .follow(events, recovery -> screen.println(row(recovery)));
      stream.end(job, comparison.end());
      return verdict(differences, screen);
    }
  }

  private static String row(Recovery recovery) {
    return ROW.formatted(
        recovery.victim().label(),
        recovery.moment().label(),
        recovery.step(),
        Figures.duration(recovery.seconds()),
        recovery.redone());
  }

  private int verdict(List<String> differences, PrintStream screen) {
    screen.println();
    if (differences.isEmpty()) {
      screen.println(
          "The same: weights, hidden states, step, counters and every report on the way.");
      return 0;
    }
    screen.println("NOT the same:");
    differences.forEach(difference -> screen.println("  " + difference));
    return NOT_THE_SAME;
  }
}
