package io.flinklm.cli;

import io.flinklm.UserMistake;
import io.flinklm.application.options.KafkaOptions;
import io.flinklm.application.options.OptionRange;
import io.flinklm.application.options.TokenizerOptions;
import io.flinklm.cli.option.CorpusOptions;
import io.flinklm.cli.option.TextOptions;
import io.flinklm.cli.run.OutDirectory;
import io.flinklm.cli.screen.Interruption;
import io.flinklm.cli.screen.Terminal;
import io.flinklm.lane.Lanes;
import io.flinklm.lane.Windows;
import io.flinklm.net.ModelKind;
import io.flinklm.producer.LanePlan;
import io.flinklm.producer.LanePublisher;
import io.flinklm.producer.Pace;
import io.flinklm.producer.PublishedProgress;
import io.flinklm.text.Corpus;
import io.flinklm.text.TokenizerChoice;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import io.flinklm.topics.admin.KeptTopics;
import io.flinklm.topics.admin.TopicSetup;
import io.flinklm.train.Fit;
import io.flinklm.train.Fitted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flink-lm produce}. */
@Command(
    name = "produce",
    description = "Run only the producer: cut a text into lanes and publish it.",
    sortOptions = false)
final class ProduceCommand implements Callable<Integer> {
  private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(5);

  @Mixin private CorpusOptions text;

  @Mixin private TokenizerOptions tokenizer;

  @Mixin private KafkaOptions where;

  @Option(
      names = "--lanes",
      paramLabel = "<lanes>",
      description =
          "Lanes to cut the text into (default: 64; 32 where the tokenizer is not words).")
  private Integer laneCount;

  @Option(
      names = "--bptt",
      description =
          "Lanes hold a multiple of so many tokens, and one (default: 16; 64 where the tokenizer is"
              + " not words).")
  private Integer bptt;

  @Option(
      names = "--samples",
      description = "Deal windows to the lanes one by one, for models without memory.")
  private boolean samples;

  @Option(names = "--forever", description = "Repeat the text until stopped.")
  private boolean forever;

  @Option(
      names = "--rate",
      paramLabel = "TOKENS_PER_S",
      defaultValue = "0",
      description = "Tokens a second; 0 for as fast as it goes (default: ${DEFAULT-VALUE}).")
  private long rate;

  @Override
  public Integer call() throws Exception {
    if (rate < 0) {
      throw new UserMistake("--rate must be 0 or more tokens a second, not " + rate);
    }
    int partitions = text.partitions();
    double validShare = text.validShare();
    TokenizerChoice choice = tokenizer.choice();
    Fit fit = Fit.of(ModelKind.LMMODEL7, Fitted.on(choice.kind()));
    int lanes = laneCount == null ? fit.laneCount() : laneCount;
    int window = bptt == null ? fit.bptt() : bptt;
    Corpus corpus = read(choice);
    int epochs = text.epochs(fit, corpus.size());
    OptionRange.positive("--epochs", epochs);
    Lanes cut =
        Lanes.of(corpus.size(), lanes, new Windows(window, !samples), validShare)
            .along(corpus.pieceStarts());
    LanePlan plan = LanePlan.of(corpus, cut, forever ? LanePlan.ENDLESS : epochs);
    KafkaAddress kafka = where.address();
    kafka.requireReachable();
    new TopicSetup(kafka).createAll(partitions, Map.of());
    new KeptTopics(kafka).requireTextInARow();
    PublishedProgress progress =
        PublishedProgress.read(
            kafka, kafka.named(TopicNames.TEXT), lanes, Map.of(), corpus.tokenizer());
    if (!progress.last().isEmpty()) {
      System.out.println("The topic holds text of these lanes; going on behind it.");
    }
    publish(kafka, plan.after(progress.last()), lanes);
    return 0;
  }

  private Corpus read(TokenizerChoice choice) throws IOException {
    Path spool = Files.createTempDirectory("flink-lm-");
    try {
      return TextOptions.read(text.files(spool), choice, spool);
    } finally {
      OutDirectory.delete(spool);
    }
  }

  private void publish(KafkaAddress kafka, LanePlan plan, int lanes) throws Exception {
    Interruption interruption = Interruption.listen();
    try (LanePublisher publisher = new LanePublisher(kafka, kafka.named(TopicNames.TEXT))) {
      Thread stopper = new Thread(() -> stopOn(interruption, publisher), "stopper");
      stopper.setDaemon(true);
      stopper.start();
      Pace pace = Pace.perSecond(rate);
      long tokens;
      if (Terminal.shows(Terminal.ERR)) {
        try (ProgressBar bar = bar(plan)) {
          tokens = publisher.publish(plan, pace, bar::stepTo);
        }
      } else {
        tokens = publisher.publish(plan, pace, new PlainProgress());
      }
      System.out.println(
          tokens + " tokens published in " + lanes + " lanes to " + kafka.bootstrap());
    }
  }

  private ProgressBar bar(LanePlan plan) {
    return new ProgressBarBuilder()
        .setTaskName("tokens")
        .setInitialMax(forever ? -1 : plan.tokens())
        .showSpeed()
        .build();
  }

  /** A line now and then, where no terminal could redraw one. */
  private static final class PlainProgress implements LongConsumer {
    private long said = System.nanoTime();

    @Override
    public void accept(long tokens) {
      if (System.nanoTime() - said > PLAIN_INTERVAL.toNanos()) {
        System.out.println(tokens + " tokens published");
        said = System.nanoTime();
      }
    }
  }

  private static void stopOn(Interruption interruption, LanePublisher publisher) {
    try {
      while (!interruption.isWished()) {
        Thread.sleep(100);
      }
      publisher.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
