package io.flinklm.replica;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import io.flinklm.lane.Batch;
import io.flinklm.lane.HiddenState;
import io.flinklm.lane.Refusal;
import io.flinklm.net.Cell;
import io.flinklm.net.NetConfig;
import io.flinklm.stream.StreamBatch;
import io.flinklm.stream.StreamBatchTraining;
import io.flinklm.stream.StreamChunk;
import io.flinklm.stream.StreamEnd;
import io.flinklm.stream.StreamLoop;
import io.flinklm.stream.StreamRecord;
import io.flinklm.stream.StreamRule;
import io.flinklm.stream.StreamTraining;
import io.flinklm.text.ByteTokenizer;
import io.flinklm.text.Tokenizer;
import io.flinklm.train.Exchange;
import io.flinklm.train.Fit;
import io.flinklm.train.Replication;
import io.flinklm.train.Report;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import io.flinklm.train.TrainingConfig;
import io.flinklm.train.WeightsMean;
import io.flinklm.weights.ExchangedWeights;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** Replicas on streams in one loop, held against each of them trained by hand. */
class StreamReplicasTest {
  private static final Tokenizer TOKENIZER = new ByteTokenizer();
  private static final int ROUND = 3;
  private static final StreamRule RULE = new StreamRule(4, 50, 1_000);
  private static final TrainingConfig CONFIG =
      TrainingConfig.of(
              Fit.of("lmmodel7"),
              new NetConfig("lmmodel7", TOKENIZER.size(), 8, 2, 0),
              RULE.size(),
              4,
              0,
              Fit.of("lmmodel7").oneCycle(50),
              Cell.ENGINE)
          .withReplication(new Replication(2, ROUND, Exchange.WEIGHTS));

  /** Records of six streams, the first ones with most, some of which fall silent for long. */
  private static List<StreamRecord> records() {
    Random random = new Random(1);
    List<StreamRecord> records = new ArrayList<>();
    long time = 0;
    for (int i = 0; i < 100; i++) {
      int stream = Math.min(random.nextInt(6), random.nextInt(6));
      String text = "line ".repeat(random.nextInt(4)) + i;
      records.add(new StreamRecord("key " + stream, time, text.getBytes(UTF_8)));
      time += random.nextInt(i % 25 == 0 ? 3_000 : 30);
    }
    return records;
  }

  private static void run(StreamBatchTraining training) {
    StreamLoop loop = new StreamLoop(TOKENIZER, CONFIG.windows(), RULE, training);
    records().forEach(loop::accept);
    loop.finish();
  }

  private static Training training(TrainingConfig config, Consumer<Report> reports) {
    return Training.of(config, TOKENIZER.fingerprint(), Device.cpu(), reports);
  }

  private static long replicaOf(String stream) {
    CRC32 hash = new CRC32();
    hash.update(stream.getBytes(UTF_8));
    return hash.getValue() % 2;
  }

  @Test
  void eachTrainsOnItsRowsOfEveryBatchAndGoesOnFromTheMeanOfAll() {
    ByHand byHand = new ByHand();
    List<Report> reports = new ArrayList<>();
    try (StreamReplicaLoop loop =
        new StreamReplicaLoop(training(CONFIG, reports::add), Trainer::drawn)) {
      run(byHand);
      run(loop);
      float[] expected = byHand.weights(0);
      float[] weights = weights(loop.trainer());

      assertThat(byHand.without).as("batches without rows of a replica").isPositive();
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) weights[i]).isCloseTo(expected[i], within(1e-5));
      }
    } finally {
      byHand.close();
    }
  }

  @Test
  void theirBooksAreThoseOfOneTrainingOnAllBatches() {
    List<Report> reports = new ArrayList<>();
    List<Report> alone = new ArrayList<>();
    try (StreamReplicaLoop loop =
            new StreamReplicaLoop(training(CONFIG, reports::add), Trainer::drawn);
        Trainer trainer =
            Trainer.drawn(training(CONFIG.withReplication(Replication.NONE), alone::add))) {
      run(loop);
      run(StreamTraining.inMemory(trainer));
    }

    assertThat(reports)
        .extracting(
            Report::index,
            Report::laneCount,
            Report::tokensTrained,
            Report::tokensRefused,
            of -> of.bytes().bytesTrained())
        .isEqualTo(
            alone.stream()
                .map(
                    of ->
                        tuple(
                            of.index(),
                            of.laneCount(),
                            of.tokensTrained(),
                            of.tokensRefused(),
                            of.bytes().bytesTrained()))
                .toList());
    assertThat(alone.get(alone.size() - 1).tokensRefused()).containsKey("silent");
    assertThat(reports).extracting(Report::step).isSorted();
  }

  private static float[] weights(Trainer trainer) {
    List<Float> all = new ArrayList<>();
    for (NDArray of : trainer.weights().parameters().values()) {
      for (float value : of.toFloatArray()) {
        all.add(value);
      }
    }
    float[] values = new float[all.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = all.get(i);
    }
    return values;
  }

  /**
   * Two trainers, the states of their streams in a map, and a mean in Java at the end of each
   * round.
   */
  private static final class ByHand implements StreamBatchTraining {
    private final List<Trainer> trainers = new ArrayList<>();
    private final Map<String, HiddenState> states = new HashMap<>();
    private final Map<String, Long> times = new HashMap<>();
    private final int[] steps = new int[2];
    private int without;
    private int taken;

    ByHand() {
      for (int number = 0; number < 2; number++) {
        trainers.add(
            Trainer.drawn(training(CONFIG, report -> {}).ofReplica(number, CONFIG.laneCount())));
      }
    }

    @Override
    public void accept(StreamBatch batch) {
      for (int number = 0; number < 2; number++) {
        List<StreamChunk> rows = new ArrayList<>();
        for (StreamChunk row : batch.rows()) {
          if (replicaOf(row.stream()) == number) {
            rows.add(row);
          }
        }
        if (rows.isEmpty()) {
          without++;
        } else {
          take(trainers.get(number), new StreamBatch(batch.number(), rows));
          steps[number]++;
        }
      }
      taken++;
      if (taken % ROUND == 0) {
        average();
      }
    }

    private void take(Trainer trainer, StreamBatch rows) {
      Map<Integer, HiddenState> start = new HashMap<>();
      for (int row = 0; row < rows.rows().size(); row++) {
        StreamChunk chunk = rows.rows().get(row);
        if (!chunk.chunk().fresh() && states.containsKey(chunk.stream())) {
          start.put(row, states.get(chunk.stream()));
        }
      }
      trainer.goOnFrom(start);
      Batch batch = rows.batch();
      trainer.take(batch);
      Map<Integer, HiddenState> ended = trainer.hiddenStates();
      for (int row = 0; row < rows.rows().size(); row++) {
        states.put(rows.rows().get(row).stream(), ended.get(row));
        times.put(rows.rows().get(row).stream(), rows.rows().get(row).time());
      }
    }

    private static ExchangedWeights exchanged(Trainer trainer) {
      ExchangedWeights weights = ExchangedWeights.roomFor(trainer.weights(), false);
      weights.take(trainer.weights());
      return weights;
    }

    private void average() {
      if (steps[0] + steps[1] == 0) {
        return;
      }
      long step = Math.max(trainers.get(0).weights().step(), trainers.get(1).weights().step());
      try (ExchangedWeights first = exchanged(trainers.get(0));
          ExchangedWeights second = exchanged(trainers.get(1))) {
        FloatBuffer mean = first.bytes().asFloatBuffer();
        FloatBuffer other = second.bytes().asFloatBuffer();
        for (int i = 0; i < mean.limit(); i++) {
          double sum = (double) steps[0] * mean.get(i) + (double) steps[1] * other.get(i);
          mean.put(i, (float) (sum / (steps[0] + steps[1])));
        }
        trainers.forEach(trainer -> trainer.average(new WeightsMean(first, step)));
      }
      steps[0] = 0;
      steps[1] = 0;
    }

    @Override
    public void refuse(Refusal refusal) {
      // It changes no weight.
    }

    @Override
    public void ended(StreamEnd end) {
      if (times.getOrDefault(end.stream(), Long.MAX_VALUE) <= end.time()) {
        states.remove(end.stream());
      }
    }

    @Override
    public void finish() {
      average();
    }

    float[] weights(int number) {
      return StreamReplicasTest.weights(trainers.get(number));
    }

    void close() {
      trainers.forEach(Trainer::close);
    }
  }
}
