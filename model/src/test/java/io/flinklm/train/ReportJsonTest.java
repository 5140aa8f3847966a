package io.flinklm.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportJsonTest {
  private static final Report STEP =
      new Report.Step(
          new TrainingNumbers(
              "lmmodel7",
              7_000_000_000L,
              2,
              "train",
              41,
              64,
              1.25,
              0.1 + 0.2,
              Math.nextUp(1.5),
              1.75,
              0.25,
              1e-9,
              0.5,
              150_528,
              36_864,
              Map.of("tail", 9L, "gap", 3L),
              new ByteNumbers(
                  2.5,
                  3.5,
                  0.1 + 0.7,
                  900_000,
                  200_000,
                  Map.of("tail", 54L, "gap", 18L),
                  new CodeLength(1_000_000, 0.1 + 0.2)),
              2.5),
          null);

  private static final String JSON =
      "{\"kind\":\"step\",\"model\":\"lmmodel7\",\"step\":7000000000,\"epoch\":2,"
          + "\"split\":\"train\",\"index\":41,\"lanes\":64,\"loss\":1.25,"
          + "\"accuracy\":0.30000000000000004,\"train_loss\":1.5000000000000002,"
          + "\"prequential_loss\":1.75,\"prequential_accuracy\":0.25,"
          + "\"learning_rate\":1.0E-9,\"gradient_norm\":0.5,\"tokens_trained\":150528,\"tokens_scored\":36864,"
          + "\"tokens_refused\":{\"gap\":3,\"tail\":9},\"bits_per_byte\":2.5,"
          + "\"train_bits_per_byte\":3.5,\"prequential_bits_per_byte\":0.7999999999999999,"
          + "\"bytes_trained\":900000,\"bytes_scored\":200000,"
          + "\"bytes_refused\":{\"gap\":18,\"tail\":54},"
          + "\"code_length\":{\"of_bytes\":1000000,\"bytes\":0.30000000000000004},"
          + "\"seconds\":2.5}";

  @Test
  void isOneLineInSnakeCase() {
    assertThat(ReportJson.toLine(STEP)).isEqualTo(JSON);
    assertThat(ReportJson.toBytes(STEP)).isEqualTo(JSON.getBytes(UTF_8));
  }

  @Test
  void everyBitComesBack() {
    assertThat(ReportJson.parse(ReportJson.toBytes(STEP))).isEqualTo(STEP);
  }

  @Test
  void onlyTheEndHasAHash() {
    Report.RunEnd end =
        (Report.RunEnd)
            parse(
                JSON.replace("{\"kind\":\"step\"", "{\"weights_sha256\":\"ab\",\"kind\":\"end\""));

    assertThat(end.weightsSha256()).isEqualTo("ab");
    assertThat(ReportJson.toLine(end)).contains("\"weights_sha256\":\"ab\"");
    assertThat(ReportJson.toLine(parse(JSON))).doesNotContain("sha256");
  }

  @ParameterizedTest
  @CsvSource({"NaN", "Infinity", "-Infinity"})
  void aNumberWithoutAValueIsNullAndNeverZero(double loss) {
    Report report =
        new Report.RunEnd(
            new TrainingNumbers(
                "m",
                0,
                0,
                "train",
                0,
                0,
                loss,
                loss,
                loss,
                loss,
                loss,
                loss,
                loss,
                0,
                0,
                Map.of(),
                new ByteNumbers(loss, loss, loss, 0, 0, Map.of(), null),
                0),
            null,
            null,
            null,
            null);

    String json = ReportJson.toLine(report);
    assertThat(json)
        .contains(
            "\"loss\":null,\"accuracy\":null,\"train_loss\":null,\"prequential_loss\":null,"
                + "\"prequential_accuracy\":null,\"learning_rate\":null,\"gradient_norm\":null");

    assertThat(json)
        .contains(
            "\"bits_per_byte\":null,\"train_bits_per_byte\":null,"
                + "\"prequential_bits_per_byte\":null,\"bytes_trained\":0,\"bytes_scored\":0,"
                + "\"bytes_refused\":{},\"seconds\":0.0");

    Report read = parse(json);
    assertThat(read.bytes().bitsPerByte()).isNaN();
    assertThat(read.bytes().codeLength()).isNull();
    assertThat(read.loss()).isNaN();
    assertThat(read.accuracy()).isNaN();
    assertThat(read.trainLoss()).isNaN();
    assertThat(read.numbers().prequentialLoss()).isNaN();
    assertThat(read.numbers().prequentialAccuracy()).isNaN();
    assertThat(read.numbers().gradientNorm()).isNaN();
    assertThat(read.seconds()).isZero();
  }

  @Test
  void anAbsentNumberIsNan() {
    assertThat(parse(JSON.replace("\"loss\":1.25,", "")).loss()).isNaN();
  }

  @Test
  void aReportOfAnEarlierBuildHasNoPrequentialLoss() {
    String earlier =
        JSON.replace("\"prequential_loss\":1.75,\"prequential_accuracy\":0.25,", "")
            .replace("\"gradient_norm\":0.5,", "");

    assertThat(parse(earlier).numbers().prequentialLoss()).isNaN();
    assertThat(parse(earlier).numbers().gradientNorm()).isNaN();
    assertThat(parse(earlier).loss()).isEqualTo(STEP.loss());
  }

  @Test
  void aReportOfAnEarlierBuildHasNoBytes() {
    String earlier = JSON.replaceAll("\"bits_per_byte.*(?=\"seconds)", "");

    assertThat(parse(earlier).numbers().bytes()).isNull();
    assertThat(parse(earlier).bytes()).isEqualTo(ByteNumbers.NONE);
    assertThat(ReportJson.toLine(parse(earlier))).isEqualTo(earlier);
  }

  @Test
  void aFieldOfALaterVersionIsSkipped() {
    assertThat(parse(JSON.replace("{\"kind\"", "{\"perplexity\":{\"of\":[3]},\"kind\"")))
        .isEqualTo(STEP);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"kind\":\"step\"      | \"kind\":\"pause\"       | kind \"pause\" is none of step, segment, end, model",
        "\"kind\":\"step\",     | ``                       | kind is missing",
        "\"model\":\"lmmodel7\" | \"model\":null           | model is missing",
        "\"split\":\"train\",   | ``                       | split is missing",
        "\"lanes\":64,          | ``                       | lanes is missing or not of type int",
        "\"lanes\":64           | \"lanes\":6.4            | lanes is missing or not of type int",
        "\"loss\":1.25          | \"loss\":\"low\"         | loss is missing or not of type double",
        "\"loss\":1.25          | \"loss\":                | expected a value",
        "\"seconds\":2.5}       | \"seconds\":2.5          | end-of-input",
        "\"seconds\":2.5}       | \"seconds\":2.5} {}      | not one JSON object",
      })
  void whatIsWrongIsSaidInOneLine(String part, String instead, String message) {
    assertThat(JSON).contains(part);
    assertThatThrownBy(() -> parse(JSON.replace(part, instead)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("not a report: ")
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"``", "null", "[]", "3", "\"step\"", "four score", "{}"})
  void whatIsNoObjectIsRefused(String json) {
    assertThatThrownBy(() -> parse(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("not a report: ");
  }

  private static Report parse(String json) {
    return ReportJson.parse(json.getBytes(UTF_8));
  }
}
