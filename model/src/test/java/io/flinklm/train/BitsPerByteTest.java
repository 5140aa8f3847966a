package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import io.flinklm.lane.Batch;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Lanes;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.net.AwdDropout;
import io.flinklm.net.Cell;
import io.flinklm.net.NetConfig;
import io.flinklm.text.Corpus;
import io.flinklm.text.TokenizerChoice;
import io.flinklm.text.TokenizerKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Bits per byte and code length beside a computation of their own, in float64: from the probability
 * of each token, and from the bytes of the records that the text would be sent in.
 */
@Tag("arithmetic")
class BitsPerByteTest {
  private static final int LANES = 3;
  private static final int BPTT = 5;
  private static final double LN2 = Math.log(2);
  private static final Segment VALID = new Segment(0, Split.VALID);

  @TempDir private Path folder;

  // With dropout each batch is passed once more before it is trained on, and without it is not.
  @ParameterizedTest
  @CsvSource({
    "WORDS, 0.4",
    "WORDS, 0",
    "CHARACTERS, 0.4",
    "CHARACTERS, 0",
    "BYTES, 0.4",
    "BYTES, 0"
  })
  void theyAreWhatTheProbabilitiesOfTheTokensSay(TokenizerKind kind, double dropout)
      throws Exception {
    Path file = folder.resolve("text");
    Files.writeString(file, "one zwölf two\nthree 日本 four five\n\n six, seven ".repeat(12));
    Corpus corpus = Corpus.read(file, TokenizerChoice.of(kind), notice -> {});
    int[] ids = corpus.ids(corpus.tokenizer());
    Lanes lanes = Lanes.of(ids.length, LANES, BPTT);
    NetConfig net = new NetConfig("lmmodel7", corpus.tokenizer().size(), 8, 2, dropout);
    TrainingConfig config = config(net, lanes);
    List<Report> reports = new ArrayList<>();
    try (Trainer trainer = Trainer.drawn(training(config, reports).testingAll(true))) {
      new PlainLoop(ids, lanes, new RecordBytes(corpus, lanes).told()).run(trainer, 1);
    }
    double[] train = new double[lanes.windows(Split.TRAIN)];
    double[] valid = new double[lanes.windows(Split.VALID)];
    try (Trainer twin = Trainer.drawn(training(config, new ArrayList<>()))) {
      for (int i = 0; i < train.length; i++) {
        train[i] = bits(twin, batch(new Segment(0, Split.TRAIN), i, ids, lanes));
      }
      for (int i = 0; i < valid.length; i++) {
        valid[i] = bits(twin, batch(VALID, i, ids, lanes));
      }
    }

    Report end = reports.get(reports.size() - 1);
    requireThatItSays(end, train, valid, new RecordBytes(corpus, lanes));
  }

  // The engine computes widths that fill its vectors in another way than those that do not.
  @ParameterizedTest
  @CsvSource({
    "lmmodel7, 8, 8, 11",
    "lmmodel7, 33, 33, 300",
    "lmmodel7, 128, 128, 11",
    "lmmodel6, 8, 8, 300",
    "lmmodel6, 33, 20, 11",
    "lmmodel6, 128, 128, 300"
  })
  void soTheyAreInFloat64AtOtherSizes(String model, int hidden, int embedding, int vocabulary)
      throws Exception {
    Corpus corpus = Corpus.read(words(vocabulary), TokenizerChoice.WORDS, notice -> {});
    assertThat(corpus.tokenizer().size()).isEqualTo(vocabulary);
    int[] ids = corpus.ids(corpus.tokenizer());
    Lanes lanes = Lanes.of(ids.length, LANES, BPTT);
    TrainingConfig config =
        config(
            new NetConfig(
                model, vocabulary, hidden, 2, 0.4, embedding, AwdDropout.usual(model, 0.4)),
            lanes);
    List<Report> reports = new ArrayList<>();
    try (Trainer trainer = Trainer.drawn(training(config, reports).testingAll(true))) {
      new PlainLoop(ids, lanes, new RecordBytes(corpus, lanes).told()).run(trainer, 1);
    }
    double[] bits = new double[lanes.windows(Split.TRAIN) + lanes.windows(Split.VALID)];
    try (Trainer twin = Trainer.drawn(training(config, new ArrayList<>()))) {
      new TokenByToken(config, lanes)
          .train(
              twin,
              (place, batch, expected) -> {
                if (batch >= 0) {
                  bits[batch] -= Math.log(expected[ids[place]]) / LN2;
                }
                return ids[place];
              },
              ids.length);
    }

    Report end = reports.get(reports.size() - 1);
    double[] train = Arrays.copyOf(bits, lanes.windows(Split.TRAIN));
    double[] valid = Arrays.copyOfRange(bits, train.length, bits.length);
    requireThatItSays(end, train, valid, new RecordBytes(corpus, lanes));
  }

  /** A text of so many words, of 1 to 12 bytes each. */
  private Path words(int vocabulary) throws Exception {
    Random random = new Random(vocabulary);
    List<String> words = new ArrayList<>();
    for (int i = 0; i < vocabulary; i++) {
      words.add("aß日".substring(0, 1 + i % 3) + Integer.toString(i, 2));
    }
    StringBuilder text = new StringBuilder(String.join(" ", words));
    for (int i = 0; i < 300; i++) {
      text.append(' ').append(words.get(random.nextInt(1 + random.nextInt(vocabulary))));
    }
    return Files.writeString(folder.resolve("words"), text);
  }

  private static void requireThatItSays(
      Report end, double[] train, double[] valid, RecordBytes records) {
    double[] bytesOfTrain = records.ofTargets(Split.TRAIN);
    double[] bytesOfValid = records.ofTargets(Split.VALID);
    assertThat(end.bytes().bitsPerByte()).isCloseTo(sum(valid) / sum(bytesOfValid), within(1e-5));
    assertThat(end.bytes().prequentialBitsPerByte())
        .isCloseTo(averaged(train) / averaged(bytesOfTrain), within(1e-5));
    double firsts = 2 * LANES * Math.log(records.corpus().tokenizer().size()) / LN2;
    assertThat(end.bytes().codeLength().bytes())
        .isCloseTo((sum(train) + sum(valid) + firsts) / 8, within(1e-2));
    double ofFirsts = records.all() - sum(bytesOfTrain) - sum(bytesOfValid);
    assertThat(end.bytes().codeLength().ofBytes()).isEqualTo(records.all());
    assertThat(ofFirsts).isGreaterThanOrEqualTo(2 * LANES);
    assertThat(end.bytes().bytesTrained() + end.bytes().bytesScored())
        .isEqualTo(records.all())
        .isEqualTo(PlainLoop.bytesPerEpoch(records.lanes(), records.told()));
  }

  private static double bits(Trainer twin, Batch batch) {
    double nats = 0;
    for (float each : twin.surprisals(batch)) {
      nats += each;
    }
    twin.accept(batch);
    return nats / LN2;
  }

  private static Batch batch(Segment segment, int index, int[] ids, Lanes lanes) {
    List<Chunk> chunks = new ArrayList<>();
    for (int lane = 0; lane < LANES; lane++) {
      int from = lanes.start(segment.split(), lane) + index * BPTT;
      int[] tokens = Arrays.copyOfRange(ids, from, from + BPTT + 1);
      chunks.add(new Chunk(lane, segment, index, index == 0, tokens));
    }
    return new Batch(segment, index, chunks);
  }

  private static double sum(double[] values) {
    return Arrays.stream(values).sum();
  }

  private static double averaged(double[] values) {
    double average = 0;
    for (double value : values) {
      average = 0.98 * average + 0.02 * value;
    }
    return average;
  }

  private static TrainingConfig config(NetConfig net, Lanes lanes) {
    Fit fit = Fit.of(net.model());
    Schedule schedule = fit.oneCycle(lanes.steps(1));
    return TrainingConfig.of(fit, net, LANES, BPTT, 0, schedule, Cell.ENGINE);
  }

  private static Training training(TrainingConfig config, List<Report> reports) {
    return Training.of(config, "fingerprint", Device.cpu(), reports::add);
  }
}
