package io.flinklm.cli;

import io.flinklm.Quotation;
import io.flinklm.UserMistake;
import io.flinklm.application.options.KafkaOptions;
import io.flinklm.application.options.OptionRange;
import io.flinklm.topics.KafkaAddress;
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

  @Mixin private KafkaOptions where;

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

  @Override
  public Integer call() throws Exception {
    OptionRange.positive("--top", top);
    OptionRange.zeroOrMore("--from-step", fromStep);
    KafkaAddress kafka = where.withTopic(TopicNames.SCORES, "train --scores");
    ScoredRecords records = new ScoredRecords(kafka);
    List<Score> scores = records.leastExpected(top, fromStep);
    if (scores.isEmpty()) {
      throw new UserMistake(
          "no record was scored by weights of "
              + fromStep
              + " steps or more; is the job run with --scores?");
    }
    Map<Score, Optional<String>> texts = records.texts(scores);
    System.out.println("bits/token  least expected          lane    step  record");
    for (Score score : scores) {
      System.out.println(line(score, kafka.named(TopicNames.TEXT)));
      System.out.println("            " + shortened(texts.get(score)));
    }
    return 0;
  }

  private static String line(Score score, String text) {
    return String.format(
        Locale.ROOT,
        "%10.2f  %-15s %5.1f  %5d  %6d  %s, partition %d, offset %d",
        score.bitsPerToken(),
        Quotation.legible(Quotation.beginning(score.leastExpected())),
        score.leastExpectedBits(),
        score.lane(),
        score.step(),
        text,
        score.partition(),
        score.offset());
  }

  private static String shortened(Optional<String> text) {
    String whole = text.map(String::strip).orElse("(Kafka has let go of it)");
    return Quotation.legible(Quotation.beginning(whole, WIDTH - 1));
  }
}
