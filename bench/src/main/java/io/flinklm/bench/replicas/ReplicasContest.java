package io.flinklm.bench.replicas;

import io.flinklm.application.settings.ModelSettings;
import io.flinklm.bench.measure.Contestant;
import io.flinklm.bench.measure.Machine;
import io.flinklm.bench.measure.Measuring.Finding;
import io.flinklm.bench.measure.Rates;
import io.flinklm.bench.measure.Rounds;
import io.flinklm.bench.measure.SideBySide;
import io.flinklm.bench.measure.TrainingProcess;
import io.flinklm.bench.speed.PipelineSpeed;
import io.flinklm.cli.run.RepeatedText;
import io.flinklm.cli.run.Reproduction;
import io.flinklm.cli.screen.Figures;
import io.flinklm.cli.screen.Interruption;
import io.flinklm.producer.Publication;
import io.flinklm.train.Replication;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The replicas of a training, alone and in a pipeline, beside one replica of all rows and beside
 * processes that share nothing. Both pipelines have the same Kafka and the same Flink.
 *
 * @param model that is trained, with its replicas
 * @param interval between checkpoints of the pipelines
 */
record ReplicasContest(ModelSettings model, Duration interval) {
  private static final int WINDOWS = 256;
  private static final long LEAD_PER_SECOND = 200_000;

  /** Lets all take turns, and prints the rates of each round. */
  Optional<Finding> measure(Path directory, int seconds, int repetitions, Interruption interruption)
      throws Exception {
    int count = model.replication().count();
    ModelSettings one = model.withReplication(Replication.NONE);
    RepeatedText text = RepeatedText.ofNumbers(model, WINDOWS);
    long lead = Math.min(Publication.TOKENS_AHEAD, LEAD_PER_SECOND * seconds);
    try (Contestant step = TrainingProcess.step(one);
        Contestant processes = new SideBySide(one, count);
        BareReplicas replicas = new BareReplicas(model, text);
        Reproduction stream = Reproduction.start(directory, 0, count)) {
      Map<String, Contestant> contestants = new LinkedHashMap<>();
      contestants.put(ReplicasResult.ONE_THREAD, step);
      contestants.put(ReplicasResult.PROCESSES, processes);
      contestants.put(ReplicasResult.REPLICAS_BARE, replicas);
      contestants.put(
          ReplicasResult.PIPELINE_ONE, new PipelineSpeed(stream, one, text, interval, lead));
      contestants.put(
          ReplicasResult.PIPELINE_REPLICAS, new PipelineSpeed(stream, model, text, interval, lead));
      List<ExchangeCost> exchanges = new ArrayList<>();
      Map<String, Rates> rates =
          new Rounds(contestants, seconds)
              .run(
                  repetitions,
                  () -> {},
                  round -> {
                    exchanges.add(replicas.cost());
                    System.out.println(line(round));
                  },
                  interruption::isWished);
      if (rates.isEmpty()) {
        return Optional.empty();
      }
      ReplicasResult result =
          new ReplicasResult(
              Machine.here(),
              model.name(),
              model.hidden(),
              model.replication(),
              interval.toSeconds(),
              rates,
              exchanges);
      return Optional.of(new Finding(result.toText(), result::toJson));
    }
  }

  private static String line(Map<String, Double> round) {
    return round.entrySet().stream()
        .map(entry -> entry.getKey() + " " + Figures.shortRate(entry.getValue()))
        .collect(Collectors.joining(", "));
  }
}
