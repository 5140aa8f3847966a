package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import io.flinklm.lane.Batch;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Lanes;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.net.Cell;
import io.flinklm.net.NetConfig;
import io.flinklm.text.Corpus;
import io.flinklm.text.TokenBytes;
import io.flinklm.text.TokenizerChoice;
import io.flinklm.text.TokenizerKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
  private static final int RECORD = 6;
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
    TrainingConfig config = config(corpus.tokenizer().size(), dropout, lanes);
    List<Report> reports = new ArrayList<>();
    try (Trainer trainer = Trainer.drawn(training(config, reports).testingAll(true))) {
      new PlainLoop(ids, lanes, TokenBytes.inRecords(corpus, RECORD)).run(trainer, 1);
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
    double[] bytesOfTrain = bytes(Split.TRAIN, corpus, lanes);
    double[] bytesOfValid = bytes(Split.VALID, corpus, lanes);
    assertThat(end.bytes().bitsPerByte()).isCloseTo(sum(valid) / sum(bytesOfValid), within(1e-5));
    assertThat(end.bytes().prequentialBitsPerByte())
        .isCloseTo(averaged(train) / averaged(bytesOfTrain), within(1e-5));
    double firsts = 2 * LANES * Math.log(corpus.tokenizer().size()) / LN2;
    assertThat(end.bytes().codeLength().bytes())
        .isCloseTo((sum(train) + sum(valid) + firsts) / 8, within(1e-2));
    double ofFirsts = records(corpus, lanes) - sum(bytesOfTrain) - sum(bytesOfValid);
    assertThat(end.bytes().codeLength().ofBytes()).isEqualTo(records(corpus, lanes));
    assertThat(ofFirsts).isGreaterThanOrEqualTo(2 * LANES);
    assertThat(end.bytes().bytesTrained() + end.bytes().bytesScored())
        .isEqualTo(records(corpus, lanes))
        .isEqualTo(PlainLoop.bytesPerEpoch(lanes, TokenBytes.inRecords(corpus, RECORD)));
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

  // By batch, of its targets. What a lane's text has up to a token, less what it has before.
  private static double[] bytes(Split split, Corpus corpus, Lanes lanes) {
    double[] bytes = new double[lanes.windows(split)];
    for (int i = 0; i < bytes.length; i++) {
      for (int lane = 0; lane < LANES; lane++) {
        int start = lanes.start(split, lane);
        bytes[i] += upTo((i + 1) * BPTT + 1, start, corpus) - upTo(i * BPTT + 1, start, corpus);
      }
    }
    return bytes;
  }

  private static long records(Corpus corpus, Lanes lanes) {
    long bytes = 0;
    for (Split split : Split.values()) {
      for (int lane = 0; lane < LANES; lane++) {
        bytes += upTo(lanes.length(split), lanes.start(split, lane), corpus);
      }
    }
    return bytes;
  }

  /** Bytes of so many tokens in records. */
  private static long upTo(int tokens, int start, Corpus corpus) {
    long bytes = 0;
    for (int from = 0; from < tokens; from += RECORD) {
      int to = Math.min(tokens, from + RECORD);
      int[] record = new int[to - from];
      for (int i = from; i < to; i++) {
        record[i - from] = corpus.id(start + i);
      }
      bytes += corpus.tokenizer().bytes(record).length;
    }
    return bytes;
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

  private static TrainingConfig config(int vocabulary, double dropout, Lanes lanes) {
    Fit fit = Fit.of("lmmodel7");
    NetConfig net = new NetConfig("lmmodel7", vocabulary, 8, 2, dropout);
    Schedule schedule = fit.oneCycle(lanes.steps(1));
    return TrainingConfig.of(fit, net, LANES, BPTT, 0, schedule, Cell.ENGINE);
  }

  private static Training training(TrainingConfig config, List<Report> reports) {
    return Training.of(config, "fingerprint", Device.cpu(), reports::add);
  }
}
