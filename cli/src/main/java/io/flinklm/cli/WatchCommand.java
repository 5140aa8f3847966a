package io.flinklm.cli;

import io.flinklm.application.options.KafkaOptions;
import io.flinklm.cli.run.Watch;
import io.flinklm.cli.screen.Display;
import io.flinklm.cli.screen.Figures;
import io.flinklm.cli.screen.Interruption;
import io.flinklm.cli.screen.Terminal;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import io.flinklm.topics.client.MetricsFollower;
import io.flinklm.train.Report;
import java.io.PrintStream;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flink-lm watch}. */
@Command(
    name = "watch",
    description = "Watch the progress of a job that runs elsewhere, from the topic metrics.",
    sortOptions = false)
final class WatchCommand implements Callable<Integer> {
  /** Some epochs of the numbers, less than a megabyte. */
  private static final long PAST_REPORTS = 2_000;

  @Mixin private KafkaOptions where;

  @Override
  public Integer call() throws Exception {
    KafkaAddress kafka = where.withTopic(TopicNames.METRICS, "train");
    PrintStream screen = System.out;
    Interruption interruption = Interruption.listen();
    Optional<Report.RunEnd> end;
    try (MetricsFollower follower = MetricsFollower.withPast(kafka, PAST_REPORTS);
        Display display = display(screen)) {
      end = new Watch(follower, display, interruption, System::nanoTime).toTheEnd();
    }
    end.ifPresent(report -> screen.println(last(report)));
    return 0;
  }

  private static Display display(PrintStream screen) {
    return Display.on(
        screen, OptionalInt.empty(), OptionalLong.empty(), Terminal.shows(Terminal.OUT));
  }

  private static String last(Report.RunEnd end) {
    return "The run has ended: %s steps, train loss %s (%s bits per byte), valid loss %s (%s), accuracy %s; SHA-256 %s"
        .formatted(
            Figures.count(end.step()),
            Figures.decimal(end.trainLoss()),
            Figures.decimal(end.bytes().trainBitsPerByte()),
            Figures.decimal(end.loss()),
            Figures.decimal(end.bytes().bitsPerByte()),
            Figures.decimal(end.accuracy()),
            end.weightsSha256());
  }
}
