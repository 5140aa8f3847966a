package io.flinklm.cli;

import io.flinklm.Quotation;
import io.flinklm.UserMistake;
import io.flinklm.application.options.KafkaOptions;
import io.flinklm.application.options.OptionRange;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.RecordFormat;
import io.flinklm.topics.RecordFormat.EndOfRecord;
import io.flinklm.topics.Score;
import io.flinklm.topics.TopicNames;
import io.flinklm.topics.client.ScoredRecords;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flink-lm scores}. */
@Command(
    name = "scores",
    description = "The records of text that the model expected least, before it was trained on.",
    sortOptions = false)
final class ScoresCommand implements Callable<Integer> {
  private static final int WIDTH = 100;
  private static final int OWNER_WIDTH = 15;

  @Mixin private KafkaOptions where;

  @Option(
      names = "--alerts",
      description =
          "Show the alerts in place of all scores: the records that were the most unusual for their"
              + " lane or stream.")
  private boolean alerts;

  @Option(
      names = "--top",
      paramLabel = "RECORDS",
      defaultValue = "10",
      description = "How many records to show (default: ${DEFAULT-VALUE}).")
  private int top;

  @Option(
      names = "--from-step",
      paramLabel = "STEP",
      defaultValue = "0",
      description =
          "Leave out what was scored by weights of fewer steps: a model that has learned nothing"
              + " yet expects nothing (default: ${DEFAULT-VALUE}).")
  private long fromStep;

  @Option(
      names = "--text-field",
      paramLabel = "POINTER",
      description =
          "The records are JSON, and this JSON Pointer leads to the text that is shown (default: all"
              + " of the record).")
  private String textField;

  @Override
  public Integer call() throws Exception {
    OptionRange.positive("--top", top);
    OptionRange.zeroOrMore("--from-step", fromStep);
    RecordFormat format = new RecordFormat(textField, null, null, EndOfRecord.NONE);
    String topic = alerts ? TopicNames.ALERTS : TopicNames.SCORES;
    KafkaAddress kafka = where.withTopic(topic, "train --scores" + (alerts ? " --alerts" : ""));
    ScoredRecords records = new ScoredRecords(kafka, topic);
    List<Score> scores =
        alerts ? records.mostUnusual(top, fromStep) : records.leastExpected(top, fromStep);
    if (scores.isEmpty()) {
      throw new UserMistake(nothing());
    }
    Map<Score, Optional<String>> texts = records.texts(scores, format);
    System.out.println(
        "bits/token  deviations  least expected          lane or stream     step  record");
    for (Score score : scores) {
      System.out.println(line(score, kafka.named(TopicNames.TEXT)));
      System.out.println("            " + shortened(texts.get(score)));
    }
    return 0;
  }

  private String nothing() {
    return alerts
        ? "there is no alert of weights of " + fromStep + " steps or more"
        : "no record was scored by weights of "
            + fromStep
            + " steps or more; is the job run with --scores?";
  }

  private static String line(Score score, String text) {
    return String.format(
        Locale.ROOT,
        "%10.2f  %10s  %-15s %5.1f  %-15s  %6d  %s, partition %d, offset %d",
        score.bitsPerToken(),
        known(score.deviations()),
        Quotation.legible(Quotation.beginning(score.leastExpected())),
        score.leastExpectedBits(),
        Quotation.legible(Quotation.beginning(score.owner(), OWNER_WIDTH - 1)),
        score.step(),
        text,
        score.partition(),
        score.offset());
  }

  private static String known(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.2f", value);
  }

  private static String shortened(Optional<String> text) {
    String whole = text.map(String::strip).orElse("(Kafka has let go of it)");
    return Quotation.legible(Quotation.beginning(whole, WIDTH - 1));
  }
}
