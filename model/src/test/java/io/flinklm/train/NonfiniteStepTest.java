package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flinklm.lane.Batch;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.WordTokenizer;
import java.util.List;
import org.junit.jupiter.api.Test;

class NonfiniteStepTest {
  private static final double NAN = Double.NaN;
  private static final double INFINITE = Double.POSITIVE_INFINITY;
  private static final Segment SEGMENT = new Segment(2, Split.TRAIN);

  @Test
  void aLineSaysStepPlaceAndLanes() {
    assertThat(step(NAN, 1, NAN, 2.0, INFINITE).toLine())
        .isEqualTo("step 123 gave a loss of NaN (epoch 2, train, index 4; lanes 3, 8)");
    assertThat(step(INFINITE, 1, 1.0, INFINITE, 2.0).toLine())
        .isEqualTo("step 123 gave a loss of Infinity (epoch 2, train, index 4; lane 7)");
    assertThat(step(NAN, 1, NAN, NAN, NAN).toLine())
        .isEqualTo(
            "step 123 gave a loss of NaN (epoch 2, train, index 4; all 3 lanes of the batch)");
  }

  @Test
  void gradientsBelongToAllLanes() {
    assertThat(step(6, INFINITE, 1.0, 2.0, 3.0).toLine())
        .isEqualTo(
            "step 123 gave gradients of norm Infinity"
                + " (epoch 2, train, index 4; all 3 lanes of the batch)");
  }

  @Test
  void itsJsonHoldsTheBatchAndWhatItGave() throws Exception {
    Tokenizer tokenizer = WordTokenizer.of(List.of("zero", "one", "two"));

    JsonNode json = new JsonMapper().readTree(step(NAN, 9, NAN, 2.0, 3.0).toJson(tokenizer));

    assertThat(json)
        .isEqualTo(
            new JsonMapper()
                .readTree(
                    """
                    {"step": 123, "gave": "a loss of NaN",
                     "epoch": 2, "split": "train", "index": 4, "learning_rate": 0.01,
                     "cross_entropy": null, "activation": 0.0, "temporal_activation": 0.0,
                     "gradient_norm": 9.0, "nonfinite_lanes": [3],
                     "lanes": [
                       {"lane": 3, "cross_entropy": null, "fresh": true,
                        "tokens": [0, 1, 2], "text": "zero one two"},
                       {"lane": 7, "cross_entropy": 2.0, "fresh": false,
                        "tokens": [1, 1, 0], "text": "one one zero"},
                       {"lane": 8, "cross_entropy": 3.0, "fresh": false,
                        "tokens": [2, 2, 2], "text": "two two two"}]}
                    """));
  }

  @Test
  void streamsAreCalledByTheirNames() throws Exception {
    Tokenizer tokenizer = WordTokenizer.of(List.of("zero", "one", "two"));
    NonfiniteStep lanes = step(NAN, 9, NAN, 2.0, NAN);
    Batch batch =
        new Batch(
            SEGMENT, 4, lanes.batch().chunks(), List.of("key höst-1", "partition 0", "key b\nc"));
    NonfiniteStep step = new NonfiniteStep(123, batch, lanes.result());

    assertThat(step.toLine())
        .startsWith("step 123 gave a loss of NaN (epoch 2, train, index 4; streams of key höst-1, ")
        .doesNotContain("lane", "\n");
    JsonNode json = new JsonMapper().readTree(step.toJson(tokenizer));
    assertThat(json.get("nonfinite_streams").toString())
        .isEqualTo("[\"key höst-1\",\"key b\\nc\"]");
    assertThat(json.get("streams").findValuesAsText("stream"))
        .containsExactly("key höst-1", "partition 0", "key b\nc");
    assertThat(json.toString()).doesNotContain("lane");
  }

  private static NonfiniteStep step(double loss, double norm, Double... laneLosses) {
    List<Chunk> chunks =
        List.of(
            new Chunk(3, SEGMENT, 4, true, new int[] {0, 1, 2}),
            new Chunk(7, SEGMENT, 4, false, new int[] {1, 1, 0}),
            new Chunk(8, SEGMENT, 4, false, new int[] {2, 2, 2}));
    BatchResult result = new BatchResult(loss, 0, 0, norm, 0, 6, 0.01, List.of(laneLosses));
    return new NonfiniteStep(123, new Batch(SEGMENT, 4, chunks), result);
  }
}
