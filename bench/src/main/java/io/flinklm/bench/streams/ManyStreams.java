package io.flinklm.bench.streams;

import io.flinklm.application.settings.ModelSettings;
import io.flinklm.bench.measure.Machine;
import io.flinklm.bench.measure.Measuring.Finding;
import io.flinklm.bench.measure.Rates;
import io.flinklm.bench.measure.Rounds;
import io.flinklm.bench.speed.PipelineSpeed;
import io.flinklm.bench.streams.StreamsResult.Stage;
import io.flinklm.cli.run.RepeatedText;
import io.flinklm.cli.run.Reproduction;
import io.flinklm.cli.screen.Figures;
import io.flinklm.cli.screen.Interruption;
import io.flinklm.job.train.StreamOptions;
import io.flinklm.local.flink.CheckpointStatistics;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A training on many streams: what it takes while their number grows, and then how fast it is
 * beside one on as many lanes as a batch has rows. Each has a Kafka and a Flink of its own, in this
 * process.
 *
 * @param model that is trained
 * @param options of the training on streams
 * @param streams how many
 * @param interval between checkpoints
 */
record ManyStreams(ModelSettings model, StreamOptions options, int streams, Duration interval) {
  private static final String LANES = "lanes";
  private static final String STREAMS = "streams";
  private static final int STAGES = 4;
  private static final int WINDOWS = 4_096;
  private static final long LEAD = 2_000_000;

  /** Measures, and prints each number as it comes. */
  Optional<Finding> measure(Path directory, int seconds, int repetitions, Interruption interruption)
      throws Exception {
    Path ofStreams = Files.createDirectory(directory.resolve(STREAMS));
    Path ofLanes = Files.createDirectory(directory.resolve(LANES));
    try (Reproduction many = Reproduction.start(ofStreams, 0);
        Reproduction few = Reproduction.start(ofLanes, 0);
        StreamLoad load = new StreamLoad(many.kafka(), streams, model.bptt())) {
      StreamsSpeed speed = new StreamsSpeed(many, many.onStreams(model, options), load, interval);
      List<Stage> stages = stages(speed, many, interruption);
      RepeatedText text = RepeatedText.ofNumbers(model, WINDOWS);
      Map<String, Rates> rates =
          new Rounds(
                  Map.of(
                      LANES, new PipelineSpeed(few, model, text, interval, LEAD), STREAMS, speed),
                  seconds)
              .run(
                  repetitions,
                  () -> {},
                  round -> System.out.println(line(round)),
                  interruption::isWished);
      if (rates.isEmpty()) {
        return Optional.empty();
      }
      StreamsResult result =
          new StreamsResult(
              Machine.here(),
              model.hidden(),
              options.stateBackend(),
              stages,
              rates.get(STREAMS),
              rates.get(LANES));
      return Optional.of(new Finding(result.toText(), result::toJson));
    }
  }

  private List<Stage> stages(StreamsSpeed speed, Reproduction many, Interruption interruption)
      throws Exception {
    List<Stage> stages = new ArrayList<>();
    System.out.println(StreamsResult.HEADER);
    for (int stage = 1; stage <= STAGES && !interruption.isWished(); stage++) {
      long before = (long) streams * (stage - 1) / STAGES;
      long count = (long) streams * stage / STAGES;
      double seconds = speed.until(count * model.bptt());
      CheckpointStatistics checkpoints = many.checkpointsOfNewestJob();
      stages.add(
          new Stage(
              count,
              heap(),
              checkpoints.most(),
              checkpoints.written(),
              checkpoints.milliseconds(),
              Machine.residentMemory(),
              (count - before) * model.bptt() / seconds));
      System.out.println(stages.get(stages.size() - 1).toRow());
    }
    System.out.println();
    return stages;
  }

  // What is left when the garbage is gone.
  private static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static String line(Map<String, Double> round) {
    return "streams %s, lanes %s, streams to lanes %s"
        .formatted(
            Figures.shortRate(round.get(STREAMS)),
            Figures.shortRate(round.get(LANES)),
            Figures.shortDecimal(round.get(STREAMS) / round.get(LANES)));
  }
}
