package io.flinklm.job;

import static io.flinklm.job.CountedText.BPTT;
import static io.flinklm.job.CountedText.LANE;
import static io.flinklm.job.CountedText.chunk;
import static io.flinklm.job.CountedText.refused;
import static io.flinklm.job.CountedText.text;
import static io.flinklm.job.CountedText.unchecked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.Blob.RefusedException;
import io.flinklm.job.LaneCursor.MisplacedException;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A cursor as a blob: in the middle of a gap, damaged, and as the first format version has it. */
class LaneCursorStateTest {
  private static final Segment VALID = new Segment(1, Split.VALID);

  private final List<LaneEvent> events = new ArrayList<>();

  @Test
  void inTheMiddleOfAGapTheFirstPlaceIsKept() throws MisplacedException {
    goOn(read(inAGap()), text(6, 9), text(9, 13));

    assertThat(events).containsExactly(chunk(1, false), chunk(2, false));
  }

  @Test
  void soIsTheSecond() throws MisplacedException {
    goOn(read(inAGap()), text(12, 17), text(17, 21));

    assertThat(events)
        .containsExactly(refused(Reason.BESIDE_A_HOLE, 1), chunk(3, true), chunk(4, false));
  }

  @Test
  void soIsThatTextWithoutAPositionMayNotFollow() throws MisplacedException {
    goOn(read(inAGap()), unchecked(text(6, 13)));

    assertThat(events)
        .containsExactly(
            refused(Reason.BESIDE_A_HOLE, 1), refused(Reason.BESIDE_A_HOLE, 2), chunk(2, true));
  }

  @Test
  void thereIsNoThirdPlace() throws MisplacedException {
    LaneCursor cursor = read(inAGap());

    assertThatThrownBy(() -> goOn(cursor, text(15, 16)))
        .hasMessage("gap: lane 3, epoch 0 train, expected position 6 or 12, found 15");
  }

  @Test
  void aBlobOfTheFirstVersionGoesOnInItsChunk() throws Exception {
    goOn(read(resource("curs-1-text.blob")), text(VALID, 11, 17));

    assertThat(events).containsExactly(chunk(VALID, 2, false), chunk(VALID, 3, false));
  }

  @Test
  void itExpectsOnePlace() throws Exception {
    LaneCursor cursor = read(resource("curs-1-text.blob"));

    assertThatThrownBy(() -> goOn(cursor, text(VALID, 13, 14)))
        .hasMessage("gap: lane 3, epoch 1 valid, expected position 11, found 13");
    goOn(cursor, text(VALID, 11, 13));
    assertThat(events).containsExactly(refused(Reason.GAP, 1), chunk(VALID, 2, false));
  }

  @Test
  void soDoesOneBehindAHole() throws Exception {
    goOn(read(resource("curs-1-hole.blob")), text(VALID, 9, 17));

    assertThat(events).containsExactly(refused(Reason.BESIDE_A_HOLE, 3), chunk(VALID, 3, true));
  }

  @Test
  void aBlobOfTheFirstVersionIsWrittenInTheNewest() throws Exception {
    goOn(read(read(resource("curs-1-text.blob")).write()), text(VALID, 11, 17));

    assertThat(events).containsExactly(chunk(VALID, 2, false), chunk(VALID, 3, false));
  }

  @Test
  void aBlobThatIsDamagedIsRefused() throws MisplacedException {
    byte[] blob = inAGap();
    blob[blob.length - 1] ^= 1;

    assertThatThrownBy(() -> read(blob))
        .isInstanceOf(RefusedException.class)
        .hasMessage("CURS: the checksum does not match; the bytes are damaged");
  }

  /** A cursor that has taken the positions 0 to 5 and refused 9 to 11. */
  private static byte[] inAGap() throws MisplacedException {
    LaneCursor cursor = new LaneCursor(LANE, BPTT, true);
    cursor.accept(text(0, 6), event -> {});
    assertThatThrownBy(() -> cursor.accept(text(9, 12), event -> {}))
        .isInstanceOf(MisplacedException.class);
    return cursor.write();
  }

  /**
   * A blob that was written before the second version: of a lane that has taken the positions 0 to
   * 10, or 0 to 5 and refused 6 to 8.
   */
  private static byte[] resource(String name) throws IOException {
    try (InputStream in = LaneCursorStateTest.class.getResourceAsStream("/fixtures/" + name)) {
      return in.readAllBytes();
    }
  }

  private static LaneCursor read(byte[] blob) {
    return LaneCursor.read(LANE, BPTT, true, blob);
  }

  private void goOn(LaneCursor cursor, LaneText... texts) throws MisplacedException {
    for (LaneText text : texts) {
      cursor.accept(text, events::add);
    }
  }
}
