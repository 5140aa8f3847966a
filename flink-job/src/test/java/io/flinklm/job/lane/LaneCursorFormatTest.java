package io.flinklm.job.lane;

import static io.flinklm.job.CountedText.BPTT;
import static io.flinklm.job.CountedText.LANE;
import static io.flinklm.job.CountedText.chunk;
import static io.flinklm.job.CountedText.hole;
import static io.flinklm.job.CountedText.ofPartition;
import static io.flinklm.job.CountedText.refused;
import static io.flinklm.job.CountedText.text;
import static io.flinklm.job.CountedText.unchecked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.Blob;
import io.flinklm.Blob.RefusedException;
import io.flinklm.job.state.KeptBlob;
import io.flinklm.job.wire.LaneEvent;
import io.flinklm.job.wire.LaneText;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.lane.Windows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A cursor's blob: each version that there ever was is read, a change makes a new one, and nothing
 * else is read. The files {@code text} are of a lane that has taken the positions 0 to 10, {@code
 * hole} of one that has taken 0 to 5 and refused 6 to 8 unread, {@code gap} of one that has taken 0
 * to 5 and refused 9 to 11, {@code doubt} of one that has taken 0 to 5 of partition 2 and refused
 * one record of a far segment, {@code lost} of one that has taken 0 to 5 of partition 2, of which
 * text is lost behind that.
 */
class LaneCursorFormatTest {
  private static final Segment VALID = new Segment(1, Split.VALID);

  private final List<LaneEvent> events = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "curs-1-text.blob",
        "curs-2-text.blob",
        "curs-3-text.blob",
        "curs-4-text.blob",
        "curs-5-text.blob",
        "curs-6-text.blob"
      })
  void everyVersionGoesOnInItsChunk(String file) throws Exception {
    goOn(kept(file), text(VALID, 11, 17));

    assertThat(events).containsExactly(chunk(VALID, 2, false), chunk(VALID, 3, false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "curs-1-text.blob",
        "curs-2-text.blob",
        "curs-3-text.blob",
        "curs-4-text.blob",
        "curs-5-text.blob",
        "curs-6-text.blob"
      })
  void itExpectsOnePlace(String file) throws Exception {
    LaneCursor cursor = kept(file);

    assertThatThrownBy(() -> goOn(cursor, text(VALID, 13, 14)))
        .hasMessage("gap: lane 3, epoch 1 valid, expected position 11, found 13");
    goOn(cursor, text(VALID, 11, 13));
    assertThat(events).containsExactly(refused(Reason.GAP, 1), chunk(VALID, 2, false));
  }

  @Test
  void theFirstVersionExpectsOnePlaceBehindAHole() throws Exception {
    goOn(kept("curs-1-hole.blob"), text(VALID, 9, 17));

    assertThat(events).containsExactly(refused(Reason.BESIDE_A_HOLE, 3), chunk(VALID, 3, true));
  }

  @Test
  void theSecondVersionExpectsTwoInAGap() throws Exception {
    LaneCursor cursor = kept("curs-2-gap.blob");

    assertThatThrownBy(() -> goOn(cursor, text(15, 16)))
        .hasMessage("gap: lane 3, epoch 0 train, expected position 6 or 12, found 15");
    goOn(kept("curs-2-gap.blob"), text(6, 9));
    goOn(kept("curs-2-gap.blob"), text(12, 17));
    assertThat(events)
        .containsExactly(
            refused(Reason.GAP, 1),
            chunk(1, false),
            refused(Reason.BESIDE_A_HOLE, 1),
            chunk(3, true));
  }

  @Test
  void theThirdVersionKnowsPartitionAndDoubtedSegment() throws Exception {
    assertThat(kept("curs-3-doubt.blob").leavesPartition(ofPartition(1, unchecked(text(6, 7)))))
        .isTrue();
    goOn(kept("curs-3-doubt.blob"), text(new Segment(1_764_000_000, Split.TRAIN), 3, 4));
    assertThat(events).containsExactly(refused(Reason.TAIL, 1), refused(Reason.BESIDE_A_HOLE, 1));
  }

  @Test
  void olderVersionsAreWrittenAsTheNewest() throws Exception {
    byte[] newest = KeptBlob.of("curs-6-text.blob").bytes();
    assertThat(kept("curs-5-text.blob").write()).isEqualTo(newest);
    assertThat(kept("curs-4-text.blob").write()).isEqualTo(newest);
    assertThat(kept("curs-1-text.blob").write()).isEqualTo(newest);
    assertThat(kept("curs-3-text.blob").write()).isEqualTo(newest);
    assertThat(kept("curs-2-text.blob").write()).isEqualTo(newest);
  }

  @Test
  void theFourthVersionKnowsThatTextIsLost() throws Exception {
    goOn(kept("curs-4-lost.blob"), text(12, 17));

    assertThat(events).containsExactly(refused(Reason.BESIDE_A_HOLE, 1), chunk(3, true));
  }

  @Test
  void theSixthVersionKnowsTheHoleAtTheEnd() throws Exception {
    goOn(kept("curs-6-hole.blob"), text(6, 9), text(9, 13));

    assertThat(events).containsExactly(refused(Reason.BESIDE_A_HOLE, 2), chunk(2, true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"curs-6-text.blob", "curs-6-lost.blob", "curs-6-hole.blob"})
  void aChangedFormatHasANewVersion(String file) throws Exception {
    LaneCursor cursor = new LaneCursor(LANE, new Windows(BPTT, true));
    if (file.contains("lost")) {
      goOn(cursor, ofPartition(2, text(0, 6)));
      cursor.loses(2);
    } else if (file.contains("hole")) {
      goOn(cursor, text(0, 6), hole(Segment.FIRST, 6, 3));
    } else {
      goOn(cursor, text(VALID, 0, 11));
    }

    KeptBlob.of(file).requireUnchanged(cursor.write());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "curs-1-text.blob",
        "curs-2-text.blob",
        "curs-2-gap.blob",
        "curs-3-doubt.blob",
        "curs-4-lost.blob",
        "curs-5-text.blob",
        "curs-6-text.blob"
      })
  void whatIsDamagedIsRefused(String file) throws IOException {
    KeptBlob.of(file).requireRefusedIfDamaged(LaneCursorFormatTest::read);
  }

  @Test
  void anUnknownVersionIsRefused() {
    assertThatThrownBy(() -> read(Blob.write("CURS", 7, out -> out.writeUTF("later"))))
        .isInstanceOf(RefusedException.class)
        .hasMessage("CURS: format version 7 is unknown; this build reads 1 to 6");
  }

  @Test
  void anotherKindIsRefused() {
    assertThatThrownBy(() -> read(Blob.write("LANE", 1, out -> out.writeInt(0))))
        .isInstanceOf(RefusedException.class)
        .hasMessage("expected state of kind CURS, found kind LANE");
  }

  private static LaneCursor kept(String file) throws IOException {
    return read(KeptBlob.of(file).bytes());
  }

  private static LaneCursor read(byte[] blob) {
    return LaneCursor.read(LANE, new Windows(BPTT, true), id -> 1, blob);
  }

  private void goOn(LaneCursor cursor, LaneText.OfLane... texts) throws MisplacedException {
    for (LaneText.OfLane text : texts) {
      cursor.accept(text, events::add);
    }
  }
}
