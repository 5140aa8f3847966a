package io.flinklm.job.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.Device;
import io.flinklm.job.record.TextRecord;
import io.flinklm.job.train.StreamOptions;
import io.flinklm.net.Cell;
import io.flinklm.net.NetConfig;
import io.flinklm.replica.StreamReplicaLoop;
import io.flinklm.stream.StreamBatchTraining;
import io.flinklm.stream.StreamLoop;
import io.flinklm.stream.StreamName;
import io.flinklm.stream.StreamRecord;
import io.flinklm.stream.StreamTraining;
import io.flinklm.text.ByteTokenizer;
import io.flinklm.text.Tokenizer;
import io.flinklm.train.Fit;
import io.flinklm.train.Report;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import io.flinklm.train.TrainingConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Text of a few hosts of very unequal rates, some of which fall silent for longer than their time
 * to live, a model small enough to train on it in a moment, and what the plain loop makes of both.
 *
 * @param lines in the order of their times
 */
public record StreamsText(List<Line> lines) {
  public static final Tokenizer TOKENIZER = new ByteTokenizer();
  static final int TIME_TO_LIVE = 2_000;

  private static final int ROWS = 3;
  private static final int BPTT = 4;

  /**
   * A line of a host.
   *
   * @param host the key
   * @param time of the line
   * @param text the value; null for none
   */
  public record Line(String host, long time, String text) {
    public byte[] value() {
      return text == null ? null : text.getBytes(UTF_8);
    }

    public TextRecord record(int offset) {
      return new TextRecord(host.getBytes(UTF_8), value(), List.of(), "text", 0, offset);
    }
  }

  public static StreamsText of(long seed) {
    Random random = new Random(seed);
    List<Line> lines = new ArrayList<>();
    long time = 0;
    for (int i = 0; i < 160; i++) {
      int host = Math.min(random.nextInt(7), random.nextInt(7));
      String text = i % 41 == 40 ? null : "line ".repeat(random.nextInt(4)) + i;
      lines.add(new Line("host " + host, time, text));
      time += random.nextInt(i % 30 == 0 ? 4 * TIME_TO_LIVE : 60);
    }
    return new StreamsText(lines);
  }

  public TrainingConfig config() {
    return config(ROWS);
  }

  /** That of a training with so many rows in a full batch. */
  public TrainingConfig config(int rows) {
    Fit fit = Fit.of("lmmodel7");
    NetConfig net = new NetConfig("lmmodel7", TOKENIZER.size(), 8, 2, fit.dropout());
    // Of a batch that is not full some have fewer rows, or there are fewer.
    return TrainingConfig.of(fit, net, rows, BPTT, 0, fit.oneCycle(200), Cell.ENGINE).withShards(2);
  }

  public StreamOptions options() {
    return new StreamOptions(100, TIME_TO_LIVE, 0, 0, StreamOptions.HEAP);
  }

  /** The lines in an order of arrival: random, but each host's stay in order. */
  public List<Line> interleaved(Random random) {
    Map<String, List<Line>> byHost =
        lines.stream()
            .collect(Collectors.groupingBy(Line::host, TreeMap::new, Collectors.toList()));
    List<List<Line>> left = new ArrayList<>();
    byHost.values().forEach(of -> left.add(new ArrayList<>(of)));
    List<Line> order = new ArrayList<>();
    while (!left.isEmpty()) {
      List<Line> host = left.get(random.nextInt(left.size()));
      order.add(host.remove(0));
      left.removeIf(List::isEmpty);
    }
    return order;
  }

  /** The time before which nothing comes behind a place in an order of arrival. */
  public static long passed(List<Line> order, int place) {
    return order.subList(place, order.size()).stream()
            .map(Line::time)
            .min(Comparator.naturalOrder())
            .orElse(Long.MAX_VALUE)
        - 1;
  }

  /**
   * A record's score without Kafka and Flink.
   *
   * @param stream of the record
   * @param offset of the record
   * @param scored how many of its tokens were predicted
   * @param bits mean surprisal of those; NaN for none
   */
  record Expected(String stream, long offset, int scored, double bits) {}

  /** The scores of the lines, whose offsets are their places, stream by stream. */
  List<Expected> scores() {
    Map<String, Map<Long, Float>> nats = new HashMap<>();
    Map<String, Long> began = new HashMap<>();
    Map<String, Long> last = new HashMap<>();
    Map<String, Long> end = new HashMap<>();
    List<Supplier<Expected>> scores = new ArrayList<>();
    try (SurprisalLoop loop = new SurprisalLoop(this, nats)) {
      for (int offset = 0; offset < lines.size(); offset++) {
        Line line = lines.get(offset);
        if (line.text() == null) {
          continue;
        }
        String stream = StreamName.of(line.host().getBytes(UTF_8), 0);
        if (line.time() > last.getOrDefault(stream, Long.MIN_VALUE / 2) + TIME_TO_LIVE) {
          began.put(stream, line.time());
          end.put(stream, 0L);
        }
        last.put(stream, line.time());
        long from = end.get(stream);
        long to = end.merge(stream, line.value().length + 1L, Long::sum);
        String run = stream + " since " + began.get(stream);
        long of = offset;
        scores.add(() -> score(stream, of, nats.getOrDefault(run, Map.of()), from, to));
        loop.accept(stream, line);
      }
    }
    return scores.stream()
        .map(Supplier::get)
        .sorted(Comparator.comparing(Expected::stream).thenComparing(Expected::offset))
        .toList();
  }

  private static Expected score(
      String stream, long offset, Map<Long, Float> nats, long from, long to) {
    double[] bits =
        LongStream.range(from, to)
            .filter(nats::containsKey)
            .mapToDouble(at -> nats.get(at) / Math.log(2))
            .toArray();
    return new Expected(
        stream, offset, bits.length, Arrays.stream(bits).average().orElse(Double.NaN));
  }

  /** What the plain loop reports of it, without times. */
  List<Report> plainLoop() {
    List<Report> reports = new ArrayList<>();
    Training training = Training.of(config(), TOKENIZER.fingerprint(), Device.cpu(), reports::add);
    try (Trainer trainer = Trainer.drawn(training)) {
      run(StreamTraining.inMemory(trainer), config());
    }
    return reports.stream().map(Report::withoutTime).toList();
  }

  /** What the plain loop of replicas reports of it, without times. */
  public List<Report> replicaLoop(TrainingConfig replicated) {
    List<Report> reports = new ArrayList<>();
    Training training =
        Training.of(replicated, TOKENIZER.fingerprint(), Device.cpu(), reports::add)
            .testingAll(true);
    try (StreamReplicaLoop loop = new StreamReplicaLoop(training, Trainer::drawn)) {
      run(loop, replicated);
    }
    return reports.stream().map(Report::withoutTime).toList();
  }

  private void run(StreamBatchTraining training, TrainingConfig config) {
    StreamLoop loop =
        new StreamLoop(TOKENIZER, config.windows(), options().rule(config.laneCount()), training);
    for (Line line : lines) {
      String name = StreamName.of(line.host().getBytes(UTF_8), 0);
      loop.accept(new StreamRecord(name, line.time(), line.value()));
    }
    loop.finish();
  }
}
