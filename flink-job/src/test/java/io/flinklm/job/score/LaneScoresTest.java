package io.flinklm.job.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinklm.job.state.KeptBlob;
import io.flinklm.job.wire.ChunkSurprisals;
import io.flinklm.job.wire.RecordPlace;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.topics.Score;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Records and the surprisals of their tokens come together, whichever is first. */
class LaneScoresTest {
  private static final int LANE = 3;
  private static final float BIT = (float) Math.log(2);
  private static final Segment LATER = new Segment(1, Split.TRAIN);

  private LaneScores scores = new LaneScores(LANE);
  private final List<Score> given = new ArrayList<>();

  @Test
  void aRecordIsScoredOnceItsLastTokenWas() {
    scores.add(place(0, 5));
    scores.add(place(5, 8));
    add(1, 1, 2, 3);
    assertThat(complete()).isEmpty();

    add(4, 5, 6, 7, 8);
    assertThat(complete()).hasSize(2);
    assertThat(given.get(0))
        .usingRecursiveComparison()
        .withEqualsForFields((Double a, Double b) -> Math.abs(a - b) < 1e-6, "bitsPerToken")
        .withEqualsForFields((Double a, Double b) -> Math.abs(a - b) < 1e-6, "leastExpectedBits")
        .isEqualTo(new Score(LANE, 0, "train", 0, 2, 100, 5, 4, 2.75, "token 4", 5, 9));
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
    scores.add(new RecordPlace(LANE, LATER, 0, 3, 2, 101));
    add(1, 1, 2);
    scores.add(chunk(LATER, 1, 1, 2));

    assertThat(complete()).extracting(Score::scored).containsExactly(2, 2);
    assertThat(given.get(1).epoch()).isEqualTo(1);
  }

  @Test
  void atTheEndAllAreGiven() {
    scores.add(place(0, 5));
    add(1, 1, 2);
    scores.end(LaneScoresTest::text, given::add);

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
  void theFirstVersionIsReadAndAChangedFormatHasANewOne() throws Exception {
    scores.add(place(5, 8));
    add(4, 5, 6);
    KeptBlob kept = KeptBlob.of("scor-1.blob");

    kept.requireUnchanged(scores.write());
    kept.requireRefusedIfDamaged(blob -> LaneScores.read(LANE, blob));
    scores = LaneScores.read(LANE, kept.bytes());
    add(6, 7, 8);
    assertThat(complete()).extracting(Score::scored).containsExactly(3);
  }

  private void restore() {
    scores = LaneScores.read(LANE, scores.write());
  }

  private static RecordPlace place(long from, long to) {
    return new RecordPlace(LANE, Segment.FIRST, from, to, 2, 100);
  }

  private void add(long from, int... bits) {
    scores.add(chunk(Segment.FIRST, from, bits));
  }

  /** Tokens at these positions, each of as many bits. */
  private static ChunkSurprisals chunk(Segment segment, long from, int... bits) {
    int[] tokens = new int[bits.length];
    float[] nats = new float[bits.length];
    for (int i = 0; i < bits.length; i++) {
      tokens[i] = (int) from + i;
      nats[i] = bits[i] * BIT;
    }
    return new ChunkSurprisals(LANE, segment, from, tokens, nats, 9);
  }

  private static String text(int id) {
    return "token " + id;
  }

  private List<Score> complete() {
    scores.complete(LaneScoresTest::text, given::add);
    return given;
  }
}
