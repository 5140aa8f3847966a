package io.flinklm.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.flinklm.lane.Lanes;
import io.flinklm.net.Cell;
import io.flinklm.net.NetConfig;
import io.flinklm.text.ByteTokenizer;
import io.flinklm.text.Tokenizer;
import io.flinklm.train.Fit;
import io.flinklm.train.OnNonfinite;
import io.flinklm.train.PlainLoop;
import io.flinklm.train.Regularizer;
import io.flinklm.train.Report;
import io.flinklm.train.Schedule;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import io.flinklm.train.TrainingConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The plain loop with the real engine and a model of eight hidden units. */
class StreamLoopTest {
  private static final Tokenizer TOKENIZER = new ByteTokenizer();
  private static final StreamRule RULE = new StreamRule(3, 50, 1_000);
  private static final TrainingConfig CONFIG = config();

  private static TrainingConfig config() {
    Fit fit = Fit.of("lmmodel7");
    NetConfig net = new NetConfig("lmmodel7", TOKENIZER.size(), 8, 2, fit.dropout());
    return TrainingConfig.of(fit, net, RULE.size(), 4, 0, fit.oneCycle(50), Cell.ENGINE);
  }

  private static StreamRecord record(String stream, long time, String text) {
    return new StreamRecord(stream, time, text.getBytes(UTF_8));
  }

  private static Report.RunEnd trained(List<StreamRecord> records) {
    return trained(records, CONFIG);
  }

  private static Report.RunEnd trained(List<StreamRecord> records, TrainingConfig config) {
    List<Report> reports = new ArrayList<>();
    Training training = Training.of(config, TOKENIZER.fingerprint(), Device.cpu(), reports::add);
    try (Trainer trainer = Trainer.drawn(training)) {
      StreamLoop loop =
          new StreamLoop(TOKENIZER, config.windows(), RULE, StreamTraining.inMemory(trainer));
      records.forEach(loop::accept);
      loop.finish();
    }
    return (Report.RunEnd) reports.get(reports.size() - 1);
  }

  /** Records of six streams, some of which fall silent for longer than their time to live. */
  private static List<StreamRecord> records(long seed) {
    Random random = new Random(seed);
    List<StreamRecord> records = new ArrayList<>();
    long time = 0;
    for (int i = 0; i < 300; i++) {
      int stream = Math.min(random.nextInt(6), random.nextInt(6));
      records.add(record("key " + stream, time, "line ".repeat(random.nextInt(4)) + i));
      time += random.nextInt(i % 50 == 0 ? 3_000 : 30);
    }
    return records;
  }

  @Test
  void everyTokenAndByteIsInOneColumnOfTheBooks() {
    List<StreamRecord> records = records(1);
    long produced = records.stream().mapToLong(record -> record.value().length + 1).sum();

    Report.RunEnd end = trained(records);

    long refused = end.tokensRefused().getOrDefault("silent", 0L);
    assertThat(end.tokensTrained()).isPositive();
    assertThat(refused).isPositive();
    assertThat(end.tokensRefused()).containsOnlyKeys("silent");
    // What is left of six streams fills no chunk of five tokens.
    assertThat(produced - end.tokensTrained() - refused).isBetween(0L, 6L * 4);
    assertThat(end.bytes().bytesTrained()).isEqualTo(end.tokensTrained());
    assertThat(end.bytes().bytesRefused()).isEqualTo(end.tokensRefused());
  }

  @Test
  void theSameRecordsGiveTheSameBitsAndOthersDoNot() {
    Report.RunEnd end = trained(records(1));

    assertThat(trained(records(1)).withoutTime()).isEqualTo(end.withoutTime());
    assertThat(trained(records(2)).weightsSha256()).isNotEqualTo(end.weightsSha256());
    assertThat(trained(records(2)).hiddenStatesSha256()).isNotEqualTo(end.hiddenStatesSha256());
  }

  /** The tokens of streams of one pace fill the same batches as those of lanes. */
  @Test
  void streamsOfOnePaceGiveTheBitsOfLanes() throws Exception {
    int windows = 20;
    Random random = new Random(5);
    StringBuilder text = new StringBuilder();
    List<StreamRecord> records = new ArrayList<>();
    for (int stream = 0; stream < RULE.size(); stream++) {
      for (int window = 0; window < windows; window++) {
        // The last target of a lane is the first token of the next one: a newline.
        String line = (window == 0 ? "\n" : "") + (100 + random.nextInt(900));
        records.add(record("key " + stream, window, line));
        text.append(line).append(window == windows - 1 ? "" : "\n");
      }
    }
    text.append('\n');
    records.sort(Comparator.comparingLong(StreamRecord::time));

    int[] ids = TOKENIZER.ids(text.toString());
    Lanes lanes = Lanes.of(ids.length, RULE.size(), CONFIG.windows(), 0);
    List<Report> reports = new ArrayList<>();
    Training training = Training.of(CONFIG, TOKENIZER.fingerprint(), Device.cpu(), reports::add);
    try (Trainer trainer = Trainer.drawn(training)) {
      new PlainLoop(ids, lanes).run(trainer, 1);
    }
    Report.RunEnd ofLanes = (Report.RunEnd) reports.get(reports.size() - 1);
    Report.RunEnd ofStreams = trained(records);

    assertThat(ofStreams.tokensTrained()).isEqualTo((long) RULE.size() * (windows * 4 + 1));
    assertThat(ofStreams.step()).isEqualTo(windows);
    assertThat(ofStreams.weightsSha256()).isEqualTo(ofLanes.weightsSha256());
  }

  @Test
  void aStreamThatIsBackAfterItsTimeToLiveIsLikeOneThatWasNeverThere() {
    String text = "abcdefghijkl";
    // Weights that stand still show what hidden states do.
    TrainingConfig still = standing();
    Report.RunEnd alone = trained(List.of(record("key a", 9_000, text)), still);
    Report.RunEnd back =
        trained(List.of(record("key a", 0, "before"), record("key a", 9_000, text)), still);
    Report.RunEnd inTime =
        trained(List.of(record("key a", 8_000, "before"), record("key a", 9_000, text)), still);

    assertThat(back.hiddenStatesSha256()).isEqualTo(alone.hiddenStatesSha256());
    assertThat(inTime.hiddenStatesSha256()).isNotEqualTo(alone.hiddenStatesSha256());
    // Of 7 bytes five were in a chunk.
    assertThat(back.tokensRefused()).containsOnlyKeys("silent").containsEntry("silent", 2L);
    assertThat(inTime.tokensRefused()).isEmpty();
  }

  private static TrainingConfig standing() {
    return new TrainingConfig(
        CONFIG.net(),
        CONFIG.laneCount(),
        CONFIG.bptt(),
        CONFIG.seed(),
        new Schedule.OneCycle(50, 0, Schedule.Momenta.TEXT_LEARNER),
        0,
        new Regularizer(0, 0),
        0,
        Cell.ENGINE,
        OnNonfinite.STOP);
  }

  @Test
  void theStateOfAStreamThatStaysAwayIsGone() {
    List<StreamRecord> both = new ArrayList<>();
    both.add(record("key a", 0, "abcdefghij"));
    both.add(record("key b", 1_000, "abcdefghij"));
    Report.RunEnd inTime = trained(both, standing());
    both.set(1, record("key b", 1_001, "abcdefghij"));
    Report.RunEnd past = trained(both, standing());
    Report.RunEnd onlyB = trained(List.of(record("key b", 1_001, "abcdefghij")), standing());

    assertThat(past.hiddenStatesSha256()).isNotEqualTo(inTime.hiddenStatesSha256());
    assertThat(past.hiddenStatesSha256()).isEqualTo(onlyB.hiddenStatesSha256());
  }

  @Test
  void recordsComeInTheOrderOfTheirTimes() {
    assertThatThrownBy(() -> trained(List.of(record("a", 2, "x"), record("b", 1, "x"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 came after 2");
  }
}
