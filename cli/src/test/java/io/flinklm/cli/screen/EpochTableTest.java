package io.flinklm.cli.screen;

import static io.flinklm.cli.fixture.Reports.end;
import static io.flinklm.cli.fixture.Reports.segment;
import static io.flinklm.cli.fixture.Reports.step;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.train.Report;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EpochTableTest {
  private final EpochTable table = new EpochTable();

  @Test
  void anEpochHasItsRowAfterItsValidation() {
    assertThat(rows(step(1, 0, "train", 3, 0.1), segment(2, 0, "train", 2, 4))).isEmpty();
    assertThat(rows(step(2, 0, "valid", 1.5, 5))).isEmpty();
    assertThat(rows(segment(2, 0, "valid", 1.25, 6.04)))
        .containsExactly("    1      3.0000     0.7500      1.2500     0.3125    0.1250     6.0 s");
  }

  @Test
  void columnsAreAligned() {
    List<String> lines = new ArrayList<>(List.of(EpochTable.header()));
    lines.addAll(rows(segment(2, 0, "train", 2, 4), segment(2, 0, "valid", 1.25, 6.04)));
    lines.addAll(rows(segment(4, 1, "train", 200, 4000), segment(4, 1, "valid", 11, 4006)));
    lines.addAll(rows(segment(4, 9998, "train", Double.NaN, 4010), end(4, 9998, "train", 0, 4010)));

    assertThat(lines)
        .containsExactly(
            "epoch  train loss  bits/byte  valid loss  bits/byte  accuracy      time",
            "    1      3.0000     0.7500      1.2500     0.3125    0.1250     6.0 s",
            "    2    201.0000    50.2500     11.0000     2.7500    1.1000   1:06:40",
            " 9999           -          -           -          -         -     4.0 s");
  }

  @Test
  void withoutValidationTheRowComesWithTheNextEpochOrTheEnd() {
    assertThat(rows(segment(2, 0, "train", 2, 4))).isEmpty();
    assertThat(rows(step(3, 1, "train", 2, 4.5)))
        .containsExactly("    1      3.0000     0.7500           -          -         -     4.0 s");
    assertThat(rows(segment(4, 1, "train", 1, 7))).isEmpty();
    assertThat(rows(end(4, 1, "valid", Double.NaN, 7)))
        .containsExactly("    2      2.0000     0.5000           -          -         -     3.0 s");
  }

  @Test
  void validationWithoutTrainingHasTheTrainingLossThatItReports() {
    assertThat(rows(segment(0, 0, "valid", 3, 1)))
        .containsExactly("    1      4.0000     1.0000      3.0000     0.7500    0.3000     1.0 s");
  }

  @Test
  void aTrainingAndAForeignValidationAreTwoRows() {
    assertThat(rows(segment(2, 0, "train", 2, 4), segment(2, 1, "valid", 1, 5)))
        .containsExactly(
            "    1      3.0000     0.7500           -          -         -     4.0 s",
            "    2      2.0000     0.5000      1.0000     0.2500    0.1000     1.0 s");
  }

  @Test
  void aReplayedEpochHasNoSecondRow() {
    Report[] epoch = {segment(2, 0, "train", 2, 4), segment(2, 0, "valid", 1, 5)};
    assertThat(rows(epoch)).hasSize(1);
    assertThat(rows(epoch)).isEmpty();
    assertThat(rows(segment(4, 1, "train", 2, 8), segment(4, 1, "valid", 1, 9)))
        .containsExactly("    2      3.0000     0.7500      1.0000     0.2500    0.1000     4.0 s");
  }

  @Test
  void whoJoinsInALaterEpochCountsItsTimeFromThere() {
    assertThat(
            rows(
                step(700, 7, "train", 2, 100),
                segment(702, 7, "train", 2, 103),
                segment(702, 7, "valid", 1, 105)))
        .containsExactly("    8      3.0000     0.7500      1.0000     0.2500    0.1000     5.0 s");
  }

  private List<String> rows(Report... reports) {
    return List.of(reports).stream().flatMap(report -> table.add(report).stream()).toList();
  }
}
