package io.flinklm.job.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.job.wire.LaneText;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LaneProgressTest {
  private static final Segment TRAIN = Segment.FIRST;
  private static final Segment VALID = new Segment(0, Split.VALID);
  private static final Segment NEXT = new Segment(1, Split.TRAIN);

  private LaneProgress progress;

  @BeforeEach
  void nothingWasRead() {
    progress = new LaneProgress(0);
  }

  @Test
  void textWithoutPositionsCounts() {
    progress.advance(1, TRAIN, LaneText.UNCHECKED, 40);
    progress.advance(1, TRAIN, LaneText.UNCHECKED, 2);

    assertThat(progress.of(1)).isEqualTo(42);
  }

  @Test
  void soDoesTextInOrder() {
    read(1, TRAIN, 0, 64, 128, 140);

    assertThat(progress.of(1)).isEqualTo(140);
  }

  @Test
  void itCountsFromWhereItWasFirstSeen() {
    read(1, TRAIN, 5_000, 5_064, 5_100);

    assertThat(progress.of(1)).isEqualTo(100);
  }

  @Test
  void repeatedTextDoesNotCount() {
    read(1, TRAIN, 0, 64, 128);
    read(1, TRAIN, 0, 64, 128);
    read(1, TRAIN, 100, 150);

    assertThat(progress.of(1)).isEqualTo(150);
  }

  @Test
  void aWrongPositionDoesNotCount() {
    read(1, TRAIN, 0, 64, 128);
    progress.advance(1, TRAIN, 1L << 50, 64);
    read(1, TRAIN, 128, 192);

    assertThat(progress.of(1)).isEqualTo(192);
  }

  @Test
  void norDoesOneThatIsTheFirst() {
    progress.advance(1, TRAIN, 1L << 50, 64);
    read(1, TRAIN, 0, 64, 128, 192);

    assertThat(progress.of(1)).isEqualTo(64 + 192);
  }

  @Test
  void lostTextCountsOnceASecondRecordShowsIt() {
    read(1, TRAIN, 0, 64, 128);
    read(1, TRAIN, 1_000, 1_064);
    assertThat(progress.of(1)).isEqualTo(128);
    read(1, TRAIN, 1_064, 1_100);

    assertThat(progress.of(1)).isEqualTo(1_100);
  }

  @Test
  void textOfAnUnreadableHeaderMayBeLost() {
    read(1, TRAIN, 0, 64, 128);
    progress.advance(1, null, LaneText.UNCHECKED, 64);
    read(1, TRAIN, 192, 256);

    assertThat(progress.of(1)).isEqualTo(256);
  }

  @Test
  void soMayThatOfALaneFromWhichNothingElseCame() {
    progress.advance(1, null, LaneText.UNCHECKED, 64);
    assertThat(progress.of(1)).isZero();
    read(1, TRAIN, 0, 64, 128);

    assertThat(progress.of(1)).isEqualTo(128);
  }

  @Test
  void lateTextDoesNotCount() {
    read(1, TRAIN, 0, 64);
    read(1, VALID, 0, 64);
    read(1, TRAIN, 64, 128);

    assertThat(progress.of(1)).isEqualTo(128);
  }

  @Test
  void aSegmentFarAheadDoesNotCountBeforeASecondRecordConfirmsIt() {
    Segment far = new Segment(1_764_000_000, Split.TRAIN);
    progress.advance(1, far, 7, 64);
    assertThat(progress.of(1)).isZero();
    read(1, TRAIN, 0, 64, 128);
    progress.advance(1, far, 128, 64);
    read(1, TRAIN, 192, 256);
    assertThat(progress.of(1)).as("it was the record between the two").isEqualTo(256);

    read(1, far, 0, 64, 128, 130);
    assertThat(progress.of(1)).isEqualTo(256 + 66);
    read(1, TRAIN, 256, 300);
    assertThat(progress.of(1)).isEqualTo(256 + 66);
  }

  @Test
  void segmentsFollowEachOther() {
    for (int epoch = 0; epoch < 3; epoch++) {
      for (int lane = 0; lane < 2; lane++) {
        read(lane, new Segment(epoch, Split.TRAIN), 0, 64, 100);
        read(lane, new Segment(epoch, Split.VALID), 0, 30);
      }
    }

    assertThat(progress.of(0)).isEqualTo(390);
    assertThat(progress.of(1)).isEqualTo(390);
  }

  @Test
  void aLaneWithLessTextInASegmentIsAheadWhenItLeavesIt() {
    read(0, TRAIN, 0, 1_000);
    read(1, TRAIN, 0, 100);
    read(1, NEXT, 0, 10);
    assertThat(progress.of(1)).isEqualTo(1_010);
    assertThat(progress.of(0)).isEqualTo(1_000);

    read(0, TRAIN, 1_000, 2_000, 9_000);
    assertThat(progress.of(0)).as("behind lane 1 until it is in that segment").isEqualTo(1_000);
    read(0, NEXT, 0, 5);
    assertThat(progress.of(0)).isEqualTo(1_005);
  }

  @Test
  void aSegmentThatOthersLeftOutIsBehindTheirs() {
    read(0, TRAIN, 0, 100);
    read(0, NEXT, 0, 50);
    read(1, TRAIN, 0, 100);
    read(1, VALID, 0, 70);

    assertThat(progress.of(0)).isEqualTo(150);
    assertThat(progress.of(1)).isEqualTo(100);
  }

  @Test
  void refusedTextCountsOnceThereIsEnoughBehindIt() {
    progress = new LaneProgress(32);
    read(1, TRAIN, 0, 64);
    progress.refuse(1, TRAIN, 64, 500_000);
    assertThat(progress.of(1)).as("training waits for this lane").isEqualTo(64);
    read(1, TRAIN, 500_064, 500_095);
    assertThat(progress.of(1)).as("too little for a chunk").isEqualTo(64);
    progress.refuse(1, TRAIN, 500_095, 5);
    read(1, TRAIN, 500_100, 500_131);
    assertThat(progress.of(1)).as("so is that").isEqualTo(64);
    read(1, TRAIN, 500_131, 500_132);

    assertThat(progress.of(1)).isEqualTo(500_132);
  }

  @Test
  void soDoesWhatHasNoPosition() {
    progress = new LaneProgress(32);
    progress.advance(1, TRAIN, LaneText.UNCHECKED, 64);
    progress.refuse(1, TRAIN, LaneText.UNCHECKED, 500_000);
    assertThat(progress.of(1)).isEqualTo(64);
    progress.advance(1, TRAIN, LaneText.UNCHECKED, 32);

    assertThat(progress.of(1)).isEqualTo(500_096);
  }

  @Test
  void soDoesLostText() {
    progress = new LaneProgress(32);
    read(1, TRAIN, 0, 32, 64);
    read(1, TRAIN, 500_000, 500_010, 500_020);
    assertThat(progress.of(1)).isEqualTo(64);
    read(1, TRAIN, 500_020, 500_042);

    assertThat(progress.of(1)).isEqualTo(500_042);
  }

  @Test
  void aRefusedRecordOfTheNextSegmentDoesNotMoveTheLane() {
    read(1, TRAIN, 0, 64);
    progress.refuse(1, NEXT, 0, 500);
    assertThat(progress.of(1)).isEqualTo(64);
    read(1, TRAIN, 64, 128);
    assertThat(progress.of(1)).isEqualTo(128);

    progress.refuse(1, NEXT, 0, 500);
    read(1, NEXT, 500, 510);
    assertThat(progress.of(1)).isEqualTo(128 + 510);
  }

  @Test
  void norDoesOneOfItsOwnSegmentEndTheDoubt() {
    read(1, TRAIN, 0, 64);
    progress.refuse(1, NEXT, 0, 500);
    progress.refuse(1, TRAIN, LaneText.UNCHECKED, 10);
    read(1, NEXT, 500, 510);

    assertThat(progress.of(1)).as("as the lane's cursor has it").isEqualTo(64 + 510);
  }

  /** Lanes with segments of any length: who is first in the order of training is never ahead. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void theOrderIsThatOfTraining(long seed) {
    Random random = new Random(seed);
    int[] segment = new int[4];
    int[] position = new int[4];
    for (int lane = 0; lane < 4; lane++) {
      read(lane, TRAIN, 0, 0);
    }
    for (int record = 0; record < 2_000; record++) {
      int lane = random.nextInt(4);
      if (random.nextInt(20 + 20 * lane) == 0) {
        segment[lane]++;
        position[lane] = 0;
      }
      int from = position[lane];
      position[lane] += 1 + random.nextInt(50);
      read(lane, new Segment(segment[lane], Split.TRAIN), from, position[lane]);

      for (int other = 0; other < 4; other++) {
        boolean behind =
            segment[lane] < segment[other]
                || (segment[lane] == segment[other] && position[lane] <= position[other]);
        if (behind) {
          assertThat(progress.of(lane)).isLessThanOrEqualTo(progress.of(other));
        }
      }
    }
  }

  /** Reads a lane's text in records that lie between these positions. */
  private void read(int lane, Segment segment, int... borders) {
    for (int i = 1; i < borders.length; i++) {
      progress.advance(lane, segment, borders[i - 1], borders[i] - borders[i - 1]);
    }
  }
}
