package io.flinklm.predict;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PredictionJsonTest {
  private static final Prediction CONTINUED =
      new Prediction(
          "a-1",
          "two .",
          List.of(new PredictedToken("two", 0.5), new PredictedToken(".", 0.25)),
          50L,
          "0a87",
          null,
          "7c2e");

  @Test
  void aContinuationHasTokensProbabilitiesAndWeights() {
    assertThat(json(CONTINUED))
        .isEqualTo(
            "{\"id\":\"a-1\",\"text\":\"two .\",\"tokens\":[{\"token\":\"two\",\"probability\":0.5},"
                + "{\"token\":\".\",\"probability\":0.25}],\"step\":50,\"weights_sha256\":\"0a87\","
                + "\"lineage\":\"7c2e\"}");
  }

  @Test
  void anErrorHasNothingElse() {
    assertThat(json(Prediction.ofError("a", "no"))).isEqualTo("{\"id\":\"a\",\"error\":\"no\"}");
  }

  @Test
  void itIsReadAsItWasWrittenAndUnknownFieldsAreSkipped() {
    assertThat(PredictionJson.parse(PredictionJson.toBytes(CONTINUED))).isEqualTo(CONTINUED);
    assertThat(PredictionJson.parse("{\"id\":\"a\",\"error\":\"no\",\"new\":1}".getBytes(UTF_8)))
        .isEqualTo(Prediction.ofError("a", "no"));
    assertThatThrownBy(() -> PredictionJson.parse(new byte[] {'x'}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("not a prediction: ");
  }

  private static String json(Prediction prediction) {
    return new String(PredictionJson.toBytes(prediction), UTF_8);
  }
}
