package io.flinklm.cli.screen;

import static io.flinklm.cli.fixture.Reports.segment;
import static io.flinklm.cli.fixture.Reports.step;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final Progress known = new Progress("", OptionalInt.of(15), OptionalLong.of(100));
  private final Progress endless = new Progress("", OptionalInt.empty(), OptionalLong.empty());

  @Test
  void beforeTheFirstReportItWaits() {
    assertThat(known.line()).isEqualTo("waiting for the first batch");
    assertThat(known.line(200)).isEqualTo("waiting for the first batch");
  }

  @Test
  void theFirstReportHasNoPaceYet() {
    known.add(step(1, 0, "train", 3, 0.5));
    assertThat(known.line())
        .isEqualTo("epoch 1/15  step 1/100  loss 3.000  accuracy 0.300  - tokens/s  - left");
  }

  @Test
  void timeLeftIsThePaceSinceTheFirstReport() {
    known.add(step(1, 0, "train", 3, 10));
    known.add(step(21, 2, "train", 2, 14));
    assertThat(known.line())
        .isEqualTo("epoch 3/15  step 21/100  loss 2.000  accuracy 0.200  5.0k tokens/s  0:16 left");
  }

  @Test
  void whatIsUnknownIsLeftOut() {
    endless.add(step(1, 0, "train", 3, 10));
    endless.add(step(21, 2, "train", 2, 14));
    assertThat(endless.line())
        .isEqualTo("epoch 3  step 21  loss 2.000  accuracy 0.200  5.0k tokens/s");
    assertThat(endless.line(200)).isEqualTo(endless.line());
  }

  @Test
  void lossAndAccuracyAreThoseOfTheLastTrainingBatch() {
    known.add(step(1, 0, "train", 3, 0.5));
    known.add(segment(1, 0, "train", 4, 0.5));
    known.add(step(1, 0, "valid", 5, 1));
    assertThat(known.line()).contains("loss 3.000  accuracy 0.300");
  }

  @Test
  void aRunThatStartsAgainHasANewPace() {
    known.add(step(1, 0, "train", 3, 10));
    known.add(step(90, 1, "train", 3, 1000));
    known.add(step(40, 1, "train", 2, 1001));
    known.add(step(50, 1, "train", 2, 1011));
    assertThat(known.line()).contains("step 50/100").contains("1.0k tokens/s  0:50 left");
  }

  @Test
  void moreStepsThanSaidLeaveNoTime() {
    known.add(step(1, 0, "train", 3, 1));
    known.add(step(120, 0, "train", 3, 2));
    assertThat(known.line(120))
        .contains("step 120/100")
        .contains("0:00 left")
        .endsWith(Bar.of(1, 10));
  }

  @Test
  void whatIsRefusedShowsAlsoWithoutAReport() {
    known.refused(1_234);
    assertThat(known.line()).isEqualTo("waiting for the first batch  1,234 refused");
    known.add(step(1, 0, "train", 3, 0.5));
    assertThat(known.line()).contains("tokens/s  1,234 refused  - left");
  }

  @Test
  void theBarTakesTheRoomThatIsLeft() {
    known.add(step(1, 0, "train", 3, 0));
    known.add(step(25, 0, "train", 3, 24));
    int length = known.line().length();

    assertThat(known.line(length + 11)).isEqualTo(known.line());
    assertThat(known.line(length + 12)).isEqualTo(known.line() + "  " + bar(3, 7));
    assertThat(known.line(length + 500)).isEqualTo(known.line() + "  " + bar(10, 30));
  }

  private static String bar(int done, int toDo) {
    return Bar.of(1, done) + Bar.of(0, toDo);
  }
}
