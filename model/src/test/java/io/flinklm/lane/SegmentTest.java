package io.flinklm.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SegmentTest {

  @Test
  void anEpochTrainsBeforeItScoresAndTheNextOneFollows() {
    Segment train0 = new Segment(0, Split.TRAIN);
    Segment valid0 = new Segment(0, Split.VALID);
    Segment train1 = new Segment(1, Split.TRAIN);
    Segment valid10 = new Segment(10, Split.VALID);

    assertThat(List.of(valid10, valid0, train1, train0).stream().sorted())
        .containsExactly(train0, valid0, train1, valid10);
  }

  @Test
  void textWithoutHeadersIsOfTheFirst() {
    assertThat(Segment.FIRST).isEqualTo(new Segment(0, Split.TRAIN));
  }

  @Test
  void comesBackFromBytes() throws IOException {
    for (Split split : Split.values()) {
      Segment segment = new Segment(70_000, split);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      segment.write(new DataOutputStream(bytes));
      byte[] written = bytes.toByteArray();

      assertThat(Segment.read(new DataInputStream(new ByteArrayInputStream(written))))
          .isEqualTo(segment);
    }
  }

  @Test
  void anEpochIsNotNegative() {
    assertThatThrownBy(() -> new Segment(-1, Split.TRAIN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("epoch -1 is negative");
  }

  @Test
  void aSplitIsKnownByItsLabelAlone() {
    assertThat(Split.of("train")).isEqualTo(Split.TRAIN);
    assertThat(Split.of("valid")).isEqualTo(Split.VALID);
    assertThatThrownBy(() -> Split.of("TRAIN"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("split is train or valid, not 'TRAIN'");
  }

  @Test
  void saysWhichItIs() {
    assertThat(new Segment(3, Split.VALID)).hasToString("epoch 3 valid");
  }
}
