package io.flinklm.job.score;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import io.flinklm.engine.DeviceChoice;
import io.flinklm.job.Endpoints;
import io.flinklm.job.Failure;
import io.flinklm.job.MemorySink;
import io.flinklm.job.PartitionedText;
import io.flinklm.job.Scoring;
import io.flinklm.job.SmallText;
import io.flinklm.job.TrainingJob;
import io.flinklm.job.models.TrainedModel;
import io.flinklm.job.record.DeadLetter;
import io.flinklm.job.record.TextRecord;
import io.flinklm.job.train.JobOptions;
import io.flinklm.job.wire.LaneEvent;
import io.flinklm.lane.Batch;
import io.flinklm.lane.BatchAssembler;
import io.flinklm.text.Words;
import io.flinklm.topics.Score;
import io.flinklm.train.Report;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

/** Each record of text is scored by weights that have not seen it, also where the job fails. */
class ScoresITCase {
  private static final SmallText TEXT = SmallText.of(0);

  private final MemorySink<Report> metrics = new MemorySink<>(Report.class);
  private final MemorySink<Score> scores = new MemorySink<>(Score.class);

  @Test
  void theyAreThoseOfAPlainLoopAndCostNoBit() throws Exception {
    List<TextRecord> records = SmallText.interleaved(TEXT.records(new Random(1)), new Random(2));

    run(PartitionedText.of(records, 3));

    requireScores(records);
    assertThat(scores.written()).as("each once").hasSize(records.size());
    List<Report> loop = TEXT.plainLoop();
    assertThat(metrics.written().stream().map(SmallText::timeless)).isEqualTo(loop);
  }

  @Test
  void aFailureChangesNone() throws Exception {
    List<TextRecord> records = SmallText.interleaved(TEXT.records(new Random(1)), new Random(2));
    Failure failure = Failure.afterCheckpoint(45, 15);

    run(PartitionedText.failing(records, 3, failure));

    assertThat(failure.wentOnFrom()).isPositive();
    requireScores(records);
  }

  private void run(PartitionedText text) throws Exception {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(
            new Configuration()
                .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(50))
                .set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay")
                .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1)
                .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ZERO));
    environment.setParallelism(2);
    new TrainingJob(
            TEXT.config(),
            SmallText.VOCABULARY,
            Optional.empty(),
            JobOptions.of(DeviceChoice.CPU, "nonfinite"),
            new Endpoints(
                text,
                metrics,
                new MemorySink<>(TrainedModel.class),
                new MemorySink<>(DeadLetter.class),
                Optional.of(new Scoring(scores, Optional.empty())),
                Optional.empty()))
        .addTo(environment);
    environment.execute("training");
  }

  /** A score for each record, all of one record the same. */
  private void requireScores(List<TextRecord> records) {
    Map<String, Float> nats = natsOfPlainLoop();
    Map<String, Score> byRecord = new HashMap<>();
    for (Score score : scores.written()) {
      String of = place(score.lane(), score.epoch() + "", score.split(), score.position());
      Score before = byRecord.put(of, score);
      assertThat(score).isEqualTo(before == null ? score : before);
    }
    assertThat(byRecord).hasSize(records.size());
    for (TextRecord record : records) {
      int lane = Integer.parseInt(new String(record.key(), UTF_8));
      long position = Long.parseLong(record.position());
      int tokens = Words.count(record.value());
      Score score = byRecord.get(place(lane, record.epoch(), record.split(), position));
      double sum = 0;
      int scored = 0;
      for (long at = position; at < position + tokens; at++) {
        Float of = nats.get(place(lane, record.epoch(), record.split(), at));
        scored += of == null ? 0 : 1;
        sum += of == null ? 0 : of;
      }
      assertThat(score.tokens()).isEqualTo(tokens);
      assertThat(score.scored()).isEqualTo(scored);
      if (scored > 0) {
        assertThat(score.bitsPerToken()).isCloseTo(sum / scored / Math.log(2), within(1e-9));
        assertThat(score.leastExpectedBits()).isGreaterThanOrEqualTo(score.bitsPerToken() - 1e-9);
      }
    }
  }

  private static Map<String, Float> natsOfPlainLoop() {
    Map<String, Float> nats = new HashMap<>();
    BatchAssembler assembler = new BatchAssembler(TEXT.config().laneCount());
    try (Trainer trainer =
        Trainer.drawn(
            Training.of(
                TEXT.config(), SmallText.VOCABULARY.fingerprint(), Device.cpu(), report -> {}))) {
      SmallText.interleaved(TEXT.events(), new Random(0)).stream()
          .filter(LaneEvent.Cut.class::isInstance)
          .forEach(event -> assembler.add(((LaneEvent.Cut) event).chunk()));
      for (Optional<Batch> next = assembler.next(); next.isPresent(); next = assembler.next()) {
        Batch batch = next.get();
        float[] all = trainer.surprisals(batch);
        int length = batch.length();
        for (int i = 0; i < all.length; i++) {
          long position = (long) batch.index() * length + 1 + i % length;
          int lane = batch.lanes()[i / length];
          String split = batch.segment().split().label();
          nats.put(place(lane, batch.segment().epoch() + "", split, position), all[i]);
        }
        trainer.accept(batch);
      }
    }
    return nats;
  }

  private static String place(int lane, String epoch, String split, long position) {
    return lane + " " + epoch + " " + split + " " + position;
  }
}
