package io.flinklm.topics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScoreJsonTest {
  private static final Score SCORE =
      new Score(
          3, null, 1, "train", 40_000_000_000L, 2, 17, 5, 4, 2.5, "zebra", 9.75, 120, 2, 0.5, 1);

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    assertThat(ScoreJson.parse(ScoreJson.toBytes(SCORE))).isEqualTo(SCORE);
  }

  @Test
  void soIsARecordOfWhichNothingWasScored() throws IOException {
    double none = Double.NaN;
    Score nothing =
        new Score(3, null, 1, "train", 0, 2, 17, 5, 0, none, null, none, 0, none, none, none);

    assertThat(ScoreJson.parse(ScoreJson.toBytes(nothing))).isEqualTo(nothing);
  }

  @ParameterizedTest
  @CsvSource({"key a, '\"stream\":\"a\"'", "partition 2, '\"stream\":null'"})
  void thatOfAStreamSaysItsKeyAndNoLane(String stream, String field) throws IOException {
    Score score =
        new Score(-1, stream, 0, "train", 7, 2, 17, 5, 4, 2.5, "zebra", 9.75, 120, 2, 0.5, 1);
    byte[] json = ScoreJson.toBytes(score);

    assertThat(ScoreJson.parse(json)).isEqualTo(score);
    assertThat(new String(json, UTF_8)).contains(field).doesNotContain("lane");
  }

  @Test
  void whatAnOlderJobWroteIsRead() throws IOException {
    String json = new String(ScoreJson.toBytes(SCORE), UTF_8);
    String older = json.substring(0, json.indexOf(",\"stream_mean\"")) + "}";

    Score read = ScoreJson.parse(older.getBytes(UTF_8));

    assertThat(read.step()).isEqualTo(120);
    assertThat(read.streamMean()).isNaN();
    assertThat(read.deviations()).isNaN();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"lane\":3 | \"lane\":\"x\" | lane",
        "\"lane\":3 | \"lane\":3.5 | lane",
        "\"lane\":3, | '' | lane",
        "\"step\":120 | \"step\":null | step",
        "\"split\":\"train\" | \"split\":7 | split",
        "\"least_expected\":\"zebra\" | \"least_expected\":{} | least_expected",
        "\"deviations\":1.0 | \"deviations\":true | deviations",
        "\"bits_per_token\":2.5 | \"bits_per_token\":\"2.5\" | bits_per_token"
      })
  void aFieldOfAnotherKindIsRefused(String right, String wrong, String field) {
    String json = new String(ScoreJson.toBytes(SCORE), UTF_8);
    assertThat(json).contains(right);

    assertThatThrownBy(() -> ScoreJson.parse(json.replace(right, wrong).getBytes(UTF_8)))
        .isInstanceOf(IOException.class)
        .hasMessage("no score: its field '" + field + "' is missing or of another kind");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "null", "7", "{"})
  void whatIsNoObjectIsRefused(String json) {
    assertThatThrownBy(() -> ScoreJson.parse(json.getBytes(UTF_8))).isInstanceOf(IOException.class);
  }
}
