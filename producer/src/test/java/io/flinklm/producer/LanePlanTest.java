package io.flinklm.producer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.UserMistake;
import io.flinklm.lane.Lanes;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.text.Corpus;
import io.flinklm.text.Words;
import io.flinklm.topics.LaneKey;
import io.flinklm.topics.LaneRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LanePlanTest {
  /** 30 windows of 4 tokens: 24 train, 6 valid; each of 3 lanes has 33 and 9 tokens. */
  private static final List<String> TEXT = IntStream.range(0, 122).mapToObj(i -> "t" + i).toList();

  private static final Corpus CORPUS = Corpus.ofWords(TEXT);
  private static final Lanes LANES = Lanes.of(TEXT.size(), 3, 4);
  private static final LanePlan PLAN = LanePlan.of(CORPUS, LANES, 2).withTokensPerRecord(16);

  private static List<String> words(LaneRecord record) {
    return Words.of(new String(record.text(), UTF_8));
  }

  private static List<LaneRecord> records(LanePlan plan) {
    return StreamSupport.stream(plan.spliterator(), false).toList();
  }

  private static Map<Integer, LaneRecord> last(List<LaneRecord> records) {
    Map<Integer, LaneRecord> last = new HashMap<>();
    records.forEach(record -> last.put(record.lane(), record));
    return last;
  }

  @Test
  void recordsGoRoundByRoundThroughTheSegments() {
    assertThat(records(PLAN))
        .extracting(record -> record.segment() + " " + record.lane() + " " + record.position())
        .startsWith(
            "epoch 0 train 0 0",
            "epoch 0 train 1 0",
            "epoch 0 train 2 0",
            "epoch 0 train 0 16",
            "epoch 0 train 1 16",
            "epoch 0 train 2 16",
            "epoch 0 train 0 32",
            "epoch 0 train 1 32",
            "epoch 0 train 2 32",
            "epoch 0 valid 0 0",
            "epoch 0 valid 1 0",
            "epoch 0 valid 2 0",
            "epoch 1 train 0 0")
        .hasSize(24);
  }

  @Test
  void eachLaneGetsItsTextWholeAndInOrder() {
    for (int lane = 0; lane < 3; lane++) {
      for (int epoch = 0; epoch < 2; epoch++) {
        for (Split split : Split.values()) {
          Segment segment = new Segment(epoch, split);
          List<String> tokens = new ArrayList<>();
          for (LaneRecord record : PLAN) {
            if (record.lane() == lane && record.segment().equals(segment)) {
              assertThat(record.position()).isEqualTo(tokens.size());
              tokens.addAll(words(record));
            }
          }
          int start = LANES.start(split, lane);
          assertThat(tokens).isEqualTo(TEXT.subList(start, start + LANES.length(split)));
        }
      }
    }
  }

  @Test
  void aSplitWithoutWindowsHasNoRecords() {
    Lanes short3 = Lanes.of(16, 3, 4);
    assertThat(short3.windows(Split.VALID)).isZero();
    LanePlan plan = LanePlan.of(Corpus.ofWords(TEXT.subList(0, 16)), short3, 2);
    assertThat(records(plan)).hasSize(6).allMatch(r -> r.segment().split() == Split.TRAIN);
    assertThat(plan.tokens()).isEqualTo(30);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8, 9, 11, 33, 64, Integer.MAX_VALUE})
  void theForecastIsWhatIsPublished(int tokensPerRecord) {
    requireForecast(PLAN.withTokensPerRecord(tokensPerRecord));
  }

  private static void requireForecast(LanePlan plan) {
    List<LaneRecord> records = records(plan);
    Map<Integer, Long> perLane = new TreeMap<>(Map.of(0, 0L, 1, 0L, 2, 0L));
    records.forEach(record -> perLane.merge(record.lane(), 1L, Long::sum));
    assertThat(plan.recordsPerLane()).isEqualTo(perLane);
    assertThat(plan.tokens()).isEqualTo(records.stream().mapToLong(LaneRecord::tokens).sum());
    Map<Integer, Long> perPartition = new HashMap<>();
    perLane.forEach((lane, n) -> perPartition.merge(LaneKey.partition(lane, 7), n, Long::sum));
    assertThat(plan.recordsPerPartition(7)).hasSize(7).containsAllEntriesOf(perPartition);
    assertThat(plan.recordsPerPartition(7).values().stream().mapToLong(n -> n).sum())
        .isEqualTo(records.size());
  }

  @Test
  void itGoesOnExactlyWhereItStopped() {
    for (LanePlan plan : List.of(PLAN, PLAN.withInterleaving(Interleaving.shuffled(5)))) {
      List<LaneRecord> all = records(plan);
      for (int stop = 0; stop <= all.size(); stop++) {
        LanePlan rest = plan.after(last(all.subList(0, stop)));
        assertThat(records(rest)).isEqualTo(all.subList(stop, all.size()));
        requireForecast(rest);
      }
    }
  }

  @Test
  void lanesThatStoppedFarApartEachGoOn() {
    List<LaneRecord> all = records(PLAN);
    Map<Integer, LaneRecord> last = new HashMap<>(last(all));
    last.put(1, all.get(4));
    last.remove(2);
    assertThat(records(PLAN.after(last)))
        .isEqualTo(
            all.stream()
                .filter(r -> r.lane() == 2 || (r.lane() == 1 && all.indexOf(r) > 4))
                .toList());
    requireForecast(PLAN.after(last));
  }

  @Test
  void itGoesOnWithinARecordOfAnotherLength() {
    List<LaneRecord> before = records(PLAN.withTokensPerRecord(5));
    for (int stop = 0; stop <= before.size(); stop++) {
      LanePlan rest = PLAN.after(last(before.subList(0, stop)));
      requireForecast(rest);
      Map<Integer, List<String>> whole = tokensByLane(before);
      List<LaneRecord> joined = new ArrayList<>(before.subList(0, stop));
      rest.forEach(joined::add);
      assertThat(tokensByLane(joined)).isEqualTo(whole);
    }
  }

  private static Map<Integer, List<String>> tokensByLane(List<LaneRecord> records) {
    return records.stream()
        .collect(
            Collectors.groupingBy(
                LaneRecord::lane,
                Collectors.flatMapping(record -> words(record).stream(), Collectors.toList())));
  }

  @Test
  void fewerEpochsThanArePublishedLeaveNothing() {
    LanePlan rest = PLAN.after(last(records(PLAN)));
    LanePlan shorter =
        new LanePlan(CORPUS, LANES, 1, 16, Interleaving.IN_LANE_ORDER, rest.published());
    assertThat(records(shorter)).isEmpty();
    requireForecast(shorter);
  }

  @Test
  void anotherInterleavingIsTheSameTextInAnotherOrder() {
    List<LaneRecord> inOrder = records(PLAN);
    List<LaneRecord> shuffled = records(PLAN.withInterleaving(Interleaving.shuffled(1)));
    assertThat(shuffled).containsExactlyInAnyOrderElementsOf(inOrder).isNotEqualTo(inOrder);
    assertThat(tokensByLane(shuffled)).isEqualTo(tokensByLane(inOrder));
    assertThat(records(PLAN.withInterleaving(Interleaving.shuffled(1)))).isEqualTo(shuffled);
    assertThat(records(PLAN.withInterleaving(Interleaving.shuffled(2)))).isNotEqualTo(shuffled);
  }

  @Test
  void anEndlessPlanRepeatsTheTextAndCannotBeCounted() {
    LanePlan endless = LanePlan.of(CORPUS, LANES, LanePlan.ENDLESS);
    Map<Integer, LaneRecord> last = new HashMap<>();
    for (int lane = 0; lane < 3; lane++) {
      int start = LANES.start(Split.VALID, lane);
      Segment far = new Segment(1_000_000_000, Split.VALID);
      last.put(lane, LaneRecord.ofWords(lane, far, 0, TEXT.subList(start, start + 9)));
    }
    assertThat(endless.after(last).iterator().next())
        .isEqualTo(
            LaneRecord.ofWords(0, new Segment(1_000_000_001, Split.TRAIN), 0, TEXT.subList(0, 33)));
    assertThatThrownBy(endless::tokens).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(endless::recordsPerLane).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void recordsOfAnotherTextOrOtherLanesAreAMistake() {
    LaneRecord record = records(PLAN).get(4);
    Segment segment = record.segment();
    List<LaneRecord> foreign =
        List.of(
            LaneRecord.ofWords(3, segment, 16, words(record)),
            LaneRecord.ofWords(0, segment, 16, words(record)),
            LaneRecord.ofWords(1, segment, 17, words(record)),
            LaneRecord.ofWords(1, new Segment(0, Split.VALID), 0, words(record)),
            LaneRecord.ofWords(1, segment, 33, List.of("t0")));
    for (LaneRecord last : foreign) {
      assertThatThrownBy(() -> PLAN.after(Map.of(last.lane(), last)))
          .isInstanceOf(UserMistake.class)
          .hasMessageContaining("lane " + last.lane() + ", " + last.segment())
          .hasMessageContaining("position " + last.position());
    }
    assertThat(records(PLAN.after(Map.of(1, record)))).hasSize(22);
  }
}
