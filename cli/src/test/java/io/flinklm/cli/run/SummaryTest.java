package io.flinklm.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinklm.train.ByteNumbers;
import io.flinklm.train.CodeLength;
import io.flinklm.train.Report;
import io.flinklm.train.TrainingNumbers;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SummaryTest {
  private static final Report.RunEnd END =
      new Report.RunEnd(
          new TrainingNumbers(
              "lmmodel7",
              735,
              14,
              "valid",
              12,
              64,
              0.625,
              0.879,
              1.0421,
              0.75,
              0.86,
              1e-7,
              0.5,
              752_640,
              184_320,
              Map.of("unknown_token", 9L, "tail", 1_000L, "gap", 0L),
              new ByteNumbers(
                  0.25,
                  0.375,
                  0.5,
                  4_000_000,
                  1_000_000,
                  Map.of("unknown_token", 70L, "tail", 6_000L),
                  new CodeLength(5_000_000, 250_000.25)),
              8),
          null,
          "4f0c",
          "51a7",
          null);

  @Test
  void isOneLineOfJson() {
    assertThat(Summary.of(END, 937_999, 5_006_170).toJson())
        .isEqualTo(
            "{\"steps\":735,\"tokens_produced\":937999,\"tokens_trained\":752640,"
                + "\"tokens_scored\":184320,\"tokens_refused\":1009,"
                + "\"refused\":{\"gap\":0,\"tail\":1000,\"unknown_token\":9},"
                + "\"tokens_waiting\":30,\"bytes_produced\":5006170,\"bytes_trained\":4000000,"
                + "\"bytes_scored\":1000000,\"bytes_refused\":6070,"
                + "\"refused_bytes\":{\"tail\":6000,\"unknown_token\":70},\"bytes_waiting\":100,"
                + "\"train_loss\":1.0421,\"valid_loss\":0.625,"
                + "\"accuracy\":0.879,\"train_bits_per_byte\":0.375,\"valid_bits_per_byte\":0.25,"
                + "\"code_length\":{\"of_bytes\":5000000,\"bytes\":250000.25},\"seconds\":8.0,\"tokens_per_second\":94080.0,"
                + "\"weights_sha256\":\"4f0c\"}");
  }

  @Test
  void everyProducedTokenIsInOneCounter() {
    Summary summary = Summary.of(END, 1_000_000, 6_000_000);
    assertThat(
            summary.tokensTrained()
                + summary.tokensScored()
                + summary.tokensRefused()
                + summary.tokensWaiting())
        .isEqualTo(summary.tokensProduced())
        .isEqualTo(1_000_000);
    assertThat(
            summary.bytesTrained()
                + summary.bytesScored()
                + summary.bytesRefused()
                + summary.bytesWaiting())
        .isEqualTo(summary.bytesProduced())
        .isEqualTo(6_000_000);
  }

  @Test
  void aRunThatDidNothingHasNulls() throws Exception {
    Summary summary = Summary.of(nothing(), 0, 0);
    Map<?, ?> json = new ObjectMapper().readValue(summary.toJson(), Map.class);
    assertThat(json.get("tokens_per_second")).isNull();
    assertThat(json.get("valid_loss")).isNull();
    assertThat(json.get("steps")).isEqualTo(0);
    assertThat(json).hasSize(22);
    assertThat(json.containsKey("weights_sha256")).isTrue();
  }

  @Test
  void aPersonReadsAFewLines() {
    assertThat(Summary.of(END, 937_999, 5_006_170).toText().lines())
        .containsExactly(
            "735 steps in 8.0 s: 752,640 tokens trained (94,080 tokens/s), 184,320 scored,"
                + " 1,009 refused (tail 1,000, unknown token 9), 30 waiting",
            "in bytes of text: 4,000,000 trained, 1,000,000 scored, 6,070 refused, 100 waiting",
            "train loss 1.0421 (0.3750 bits per byte), valid loss 0.6250 (0.2500), accuracy 0.8790",
            "code length 250,000 bytes, of 5,000,000 bytes of text: 0.4000 bits per byte",
            "weights SHA-256 4f0c");
    assertThat(Summary.of(nothing(), 0, 0).toText().lines())
        .containsExactly(
            "0 steps in 0.0 s: 0 tokens trained (- tokens/s), 0 scored, 0 refused, 0 waiting",
            "in bytes of text: 0 trained, 0 scored, 0 refused, 0 waiting",
            "train loss - (- bits per byte), valid loss - (-), accuracy -",
            "weights SHA-256 -");
  }

  private static Report.RunEnd nothing() {
    double none = Double.NaN;
    return new Report.RunEnd(
        new TrainingNumbers(
            "m", 0, 0, "train", 0, 0, none, none, none, none, none, none, none, 0, 0, Map.of(),
            null, 0),
        null,
        null,
        null,
        null);
  }
}
