package io.flinklm.job.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinklm.job.state.KeptBlob;
import io.flinklm.job.wire.ChunkSurprisals;
import io.flinklm.job.wire.RecordPlace;
import io.flinklm.job.wire.TextOwner;
import io.flinklm.job.wire.TextRun;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.topics.Score;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Records and the surprisals of their tokens come together, whichever is first. */
class RecordScoresTest {
  private static final int LANE = 3;
  private static final float BIT = (float) Math.log(2);
  private static final String STREAM = "key a";
  private static final Segment LATER = new Segment(1, Split.TRAIN);

  private RecordScores scores = new RecordScores(TextOwner.lane(LANE));
  private final List<Score> given = new ArrayList<>();

  @Test
  void aRecordIsScoredOnceItsLastTokenWas() {
    scores.add(place(0, 5));
    scores.add(place(5, 8));
    add(1, 1, 2, 3);
    assertThat(complete()).isEmpty();

    add(4, 5, 6, 7, 8);
    assertThat(complete()).hasSize(2);
    double none = Double.NaN;
    assertThat(given.get(0))
        .usingRecursiveComparison()
        .withEqualsForType((a, b) -> a.equals(b) || Math.abs(a - b) < 1e-6, Double.class)
        .isEqualTo(
            new Score(
                LANE, null, 0, "train", 0, 2, 100, 5, 4, 2.75, "token 4", 5, 9, none, none, none));
    assertThat(given.get(1).scored()).isEqualTo(3);
    assertThat(given.get(1).bitsPerToken()).isCloseTo(7, within(1e-6));
  }

  @Test
  void soItIsWhereTheTokensWereFirst() {
    add(1, 1, 2, 3, 4, 5, 6, 7);
    assertThat(complete()).isEmpty();
    scores.add(place(0, 5));
    scores.add(place(5, 8));

    assertThat(complete()).extracting(Score::scored).containsExactly(4, 3);
  }

  @Test
  void tokensBesideAHoleAreNotScored() {
    scores.add(place(0, 3));
    scores.add(place(3, 6));
    scores.add(place(20, 40));
    add(1, 1, 2);
    add(33, 1, 2, 3, 4, 5, 6, 7);

    assertThat(complete()).extracting(Score::scored).containsExactly(2, 0, 7);
    assertThat(given.get(1).bitsPerToken()).isNaN();
    assertThat(given.get(1).leastExpected()).isNull();
  }

  @Test
  void aLaterSegmentCompletesTheTailOfTheOneBefore() {
    scores.add(place(0, 5));
    scores.add(new RecordPlace(TextRun.of(LANE, LATER), 0, 3, 2, 101));
    add(1, 1, 2);
    scores.add(chunk(LATER, 1, 1, 2));

    assertThat(complete()).extracting(Score::scored).containsExactly(2, 2);
    assertThat(given.get(1).epoch()).isEqualTo(1);
  }

  @Test
  void atTheEndAllAreGiven() {
    scores.add(place(0, 5));
    add(1, 1, 2);
    scores.end(RecordScoresTest::text, given::add);

    assertThat(given).extracting(Score::scored).containsExactly(2);
  }

  @Test
  void aCheckpointAnywhereChangesNothing() {
    scores.add(place(0, 5));
    restore();
    add(1, 1, 2, 3);
    restore();
    scores.add(place(5, 8));
    add(4, 5, 6, 7, 8);
    restore();

    assertThat(complete()).extracting(Score::scored).containsExactly(4, 3);
  }

  @Test
  void everyVersionIsReadAndAChangedFormatHasANewOne() throws Exception {
    scores.add(place(5, 8));
    add(4, 5, 6);
    TextOwner lane = TextOwner.lane(LANE);
    KeptBlob kept = KeptBlob.of("scor-2.blob");

    kept.requireUnchanged(scores.write());
    kept.requireRefusedIfDamaged(blob -> RecordScores.read(lane, blob));
    for (String name : List.of("scor-1.blob", "scor-2.blob")) {
      given.clear();
      scores = RecordScores.read(lane, KeptBlob.of(name).bytes());
      add(6, 7, 8);
      assertThat(complete()).extracting(Score::scored).containsExactly(3);
      assertThat(scores.isOver()).isFalse();
    }
  }

  @Test
  void aRecordIsJudgedByThoseBeforeItAndALaneGoesOnInALaterSegment() {
    for (int i = 0; i <= UsualSurprisal.WARM_UP; i++) {
      scores.add(place(i, i + 1));
      add(i, i % 2 == 0 ? 1 : 3);
      if (i % 10 == 0) {
        restore();
      }
    }
    scores.add(new RecordPlace(TextRun.of(LANE, LATER), 0, 1, 2, 101));
    scores.add(chunk(LATER, 0, 9));

    assertThat(complete()).hasSize(UsualSurprisal.WARM_UP + 2);
    assertThat(given.subList(0, UsualSurprisal.WARM_UP))
        .allSatisfy(score -> assertThat(score.deviations()).isNaN());
    Score judged = given.get(UsualSurprisal.WARM_UP);
    assertThat(judged.streamMean()).isCloseTo(2, within(0.02));
    assertThat(judged.streamDeviation()).isCloseTo(1, within(0.02));
    assertThat(judged.deviations())
        .isCloseTo((1 - judged.streamMean()) / judged.streamDeviation(), within(1e-6));
    assertThat(given.get(UsualSurprisal.WARM_UP + 1).deviations()).isCloseTo(7, within(0.2));
  }

  @Test
  void aStreamThatStartsAnewHasNoPast() {
    scores = new RecordScores(TextOwner.stream(STREAM));
    for (int i = 0; i <= UsualSurprisal.WARM_UP; i++) {
      scores.add(new RecordPlace(TextRun.of(STREAM, 5), i, i + 1, 2, 100));
      scores.add(chunk(TextRun.of(STREAM, 5), i, 1));
    }
    scores.add(new RecordPlace(TextRun.of(STREAM, 7), 0, 1, 2, 101));
    scores.add(chunk(TextRun.of(STREAM, 7), 0, 1));

    assertThat(complete()).hasSize(UsualSurprisal.WARM_UP + 2);
    assertThat(given.get(UsualSurprisal.WARM_UP).streamMean()).isCloseTo(1, within(1e-6));
    assertThat(given.get(UsualSurprisal.WARM_UP + 1).streamMean()).isNaN();
    assertThat(given).extracting(Score::stream).containsOnly(STREAM);
  }

  @Test
  void whatAStreamLeavesAtItsEndIsScoredAndThenForgotten() {
    scores = new RecordScores(TextOwner.stream(STREAM));
    scores.add(new RecordPlace(TextRun.of(STREAM, 5), 0, 4, 2, 100));
    scores.add(chunk(TextRun.of(STREAM, 5), 1, 1, 2));
    assertThat(complete()).isEmpty();
    scores.endTokens(20);
    assertThat(complete()).extracting(Score::scored).containsExactly(2);
    assertThat(scores.isOver()).isFalse();

    // A record that was on the slower way, of a life too short for a chunk.
    scores.add(new RecordPlace(TextRun.of(STREAM, 7), 0, 2, 2, 101));
    assertThat(complete()).extracting(Score::scored).containsExactly(2, 0);
    scores.endPlaces(20);
    assertThat(scores.isOver()).isTrue();

    scores.add(new RecordPlace(TextRun.of(STREAM, 21), 0, 2, 2, 102));
    assertThat(complete()).hasSize(2);
    scores = RecordScores.read(TextOwner.stream(STREAM), scores.write());
    assertThat(scores.isOver()).isFalse();
    scores.add(chunk(TextRun.of(STREAM, 21), 1, 1));
    assertThat(complete()).extracting(Score::scored).containsExactly(2, 0, 1);
    assertThat(scores.isOver()).isFalse();
  }

  private void restore() {
    scores = RecordScores.read(TextOwner.lane(LANE), scores.write());
  }

  private static RecordPlace place(long from, long to) {
    return new RecordPlace(TextRun.of(LANE, Segment.FIRST), from, to, 2, 100);
  }

  private void add(long from, int... bits) {
    scores.add(chunk(Segment.FIRST, from, bits));
  }

  private static ChunkSurprisals chunk(Segment segment, long from, int... bits) {
    return chunk(TextRun.of(LANE, segment), from, bits);
  }

  /** Tokens at these positions, each of as many bits. */
  private static ChunkSurprisals chunk(TextRun run, long from, int... bits) {
    int[] tokens = new int[bits.length];
    float[] nats = new float[bits.length];
    for (int i = 0; i < bits.length; i++) {
      tokens[i] = (int) from + i;
      nats[i] = bits[i] * BIT;
    }
    return new ChunkSurprisals(run, from, tokens, nats, 9);
  }

  private static String text(int id) {
    return "token " + id;
  }

  private List<Score> complete() {
    scores.complete(RecordScoresTest::text, given::add);
    return given;
  }
}
