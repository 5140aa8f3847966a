package io.flinklm.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.Device;
import io.flinklm.job.lane.LaneCursor;
import io.flinklm.job.lane.MisplacedException;
import io.flinklm.job.record.TextRecord;
import io.flinklm.job.wire.LaneEvent;
import io.flinklm.job.wire.LaneText;
import io.flinklm.lane.Lanes;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.lane.Windows;
import io.flinklm.net.Cell;
import io.flinklm.net.NetConfig;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.WordTokenizer;
import io.flinklm.topics.TextReading.Place;
import io.flinklm.train.Fit;
import io.flinklm.train.OnNonfinite;
import io.flinklm.train.PlainLoop;
import io.flinklm.train.Report;
import io.flinklm.train.Schedule;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import io.flinklm.train.TrainingConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;

/**
 * A text of ten words in four lanes, a model small enough to train on it in a moment, and what the
 * plain loop makes of the two.
 *
 * @param corpus token ids of the whole text
 */
public record SmallText(int[] corpus) {
  public static final Tokenizer VOCABULARY =
      WordTokenizer.of(
          List.of("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"));
  public static final int EPOCHS = 2;

  private static final int LANES = 4;
  private static final int BPTT = 4;
  private static final int WINDOWS = 60;
  private static final int LONGEST_RECORD = 9;

  /** Mostly counts upwards, so that there is something to learn. */
  public static SmallText of(long seed) {
    Random random = new Random(seed);
    int[] corpus = new int[WINDOWS * BPTT + 1];
    for (int i = 1; i < corpus.length; i++) {
      corpus[i] = (corpus[i - 1] + 1 + random.nextInt(4) / 3) % VOCABULARY.size();
    }
    return new SmallText(corpus);
  }

  public Lanes lanes() {
    return Lanes.of(corpus.length, LANES, BPTT);
  }

  public TrainingConfig config() {
    Fit fit = Fit.of("lmmodel7");
    NetConfig net = new NetConfig("lmmodel7", VOCABULARY.size(), 8, 2, fit.dropout());
    return TrainingConfig.of(
        fit, net, LANES, BPTT, 0, fit.oneCycle(lanes().steps(EPOCHS)), Cell.ENGINE);
  }

  /**
   * A model whose activations nothing bounds, with a learning rate at which the second step
   * overflows, and so do all after it.
   */
  public TrainingConfig overflowing(OnNonfinite onNonfinite) {
    TrainingConfig config = config();
    return new TrainingConfig(
        new NetConfig("lmmodel4", VOCABULARY.size(), 8, 1, 0),
        config.laneCount(),
        config.bptt(),
        config.seed(),
        new Schedule.OneCycle(lanes().steps(EPOCHS), 1e30, Schedule.Momenta.TEXT_LEARNER),
        config.weightDecay(),
        config.regularizer(),
        config.clip(),
        config.cell(),
        onNonfinite);
  }

  /** What the plain loop reports of it, without times. */
  public List<Report> plainLoop() {
    return plainLoop(config());
  }

  public List<Report> plainLoop(TrainingConfig config) {
    List<Report> reports = new ArrayList<>();
    try (Trainer trainer =
        Trainer.drawn(Training.of(config, VOCABULARY.fingerprint(), Device.cpu(), reports::add))) {
      new PlainLoop(corpus, lanes(), (index, position) -> length(corpus[index]))
          .run(trainer, EPOCHS);
    }
    return reports.stream().map(SmallText::timeless).toList();
  }

  /** Each lane's records, of random sizes. */
  public List<List<TextRecord>> records(Random random) {
    List<List<TextRecord>> lanes = new ArrayList<>();
    for (int lane = 0; lane < LANES; lane++) {
      lanes.add(records(lane, random));
    }
    return lanes;
  }

  private List<TextRecord> records(int lane, Random random) {
    List<TextRecord> records = new ArrayList<>();
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      for (Split split : Split.values()) {
        int[] tokens = tokens(lane, split);
        for (int from = 0; from < tokens.length; ) {
          int to = Math.min(tokens.length, from + 1 + random.nextInt(LONGEST_RECORD));
          Segment segment = new Segment(epoch, split);
          records.add(record(lane, segment, from, Arrays.copyOfRange(tokens, from, to)));
          from = to;
        }
      }
    }
    return records;
  }

  /** What each lane tells the trainer. */
  public List<List<LaneEvent>> events() {
    List<List<LaneEvent>> lanes = new ArrayList<>();
    for (int lane = 0; lane < LANES; lane++) {
      List<LaneEvent> events = new ArrayList<>();
      LaneCursor cursor = new LaneCursor(lane, new Windows(BPTT, true));
      for (int epoch = 0; epoch < EPOCHS; epoch++) {
        for (Split split : Split.values()) {
          Segment segment = new Segment(epoch, split);
          int[] tokens = tokens(lane, split);
          LaneText.Tokens text =
              new LaneText.Tokens(lane, new Place(segment, 0), tokens, lengths(tokens), null);
          try {
            cursor.accept(text, events::add);
          } catch (MisplacedException e) {
            throw new AssertionError(e);
          }
        }
      }
      lanes.add(events);
    }
    return lanes;
  }

  private int[] tokens(int lane, Split split) {
    int start = lanes().start(split, lane);
    return Arrays.copyOfRange(corpus, start, start + lanes().length(split));
  }

  private static int length(int token) {
    return 1 + VOCABULARY.length(token);
  }

  private static int[] lengths(int[] tokens) {
    return Arrays.stream(tokens).map(SmallText::length).toArray();
  }

  static TextRecord record(int lane, Segment segment, int position, int... tokens) {
    return new TextRecord(
        Integer.toString(lane).getBytes(UTF_8),
        // With a space before each word, so that it is as long wherever a record begins.
        (" " + VOCABULARY.text(tokens)).getBytes(UTF_8),
        Integer.toString(segment.epoch()),
        segment.split().label(),
        Integer.toString(position),
        "text",
        lane,
        position);
  }

  /** All lanes' elements in an order of arrival: random, but each lane's stay in order. */
  public static <T> List<T> interleaved(List<List<T>> lanes, Random random) {
    List<Iterator<T>> order = new ArrayList<>();
    for (List<T> lane : lanes) {
      order.addAll(Collections.nCopies(lane.size(), lane.iterator()));
    }
    Collections.shuffle(order, random);
    return order.stream().map(Iterator::next).toList();
  }

  /** A report without its time, which is all that may differ between two runs. */
  public static Report timeless(Report report) {
    return report.withoutTime();
  }
}
