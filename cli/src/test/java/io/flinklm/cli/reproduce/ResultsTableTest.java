package io.flinklm.cli.reproduce;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.chart.Curve;
import io.flinklm.cli.run.SeedResult;
import io.flinklm.text.Corpus;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultsTableTest {
  private final ResultsTable table =
      ResultsTable.of(
          List.of(
              result("lmmodel7", 0, 0.9, 0.4),
              result("gru", 0, 0.97, 0.2),
              result("lmmodel7", 1, 0.86, 0.5)));

  private static SeedResult result(String model, long seed, double accuracy, double loss) {
    Curve curve = new Curve(List.of(49L, 98L), List.of(accuracy / 2, accuracy));
    return new SeedResult(model, seed, 1735, accuracy, loss, 9.5, "sha" + seed, curve);
  }

  @Test
  void theBaselineIsThePublishedOneToTheLastDigit() throws Exception {
    assertThat(table.baseline().accuracy()).isEqualTo(0.15165200855716662);
    Corpus corpus = Corpus.humanNumbers();
    assertThat(table.baseline().id()).isEqualTo(corpus.tokenizer().ids("thousand")[0]);
  }

  @Test
  void textHasMeansBesideTheReferences() {
    assertThat(table.toText())
        .isEqualTo(
            """
            model              steps  accuracy  lowest  highest  published        PyTorch  valid loss  published  PyTorch
            most common token            0.152                       0.152          0.152
            lmmodel7           1,735     0.880   0.860    0.900      0.869  0.879 ± 0.033       0.450      0.458    0.408
            gru                1,735     0.970   0.970    0.970          -          0.964       0.200          -        -""");
  }

  @Test
  void markdownHasTheSameCells() {
    assertThat(table.toMarkdown().lines())
        .hasSize(5)
        .contains(
            "| gru | 1,735 | 0.970 | 0.970 | 0.970 | - | 0.964 | 0.200 | - | - |",
            "| most common token |  | 0.152 |  |  | 0.152 | 0.152 |  |  |  |");
  }

  @Test
  void jsonHasMeansAndSeeds() {
    assertThat(table.toJson())
        .isEqualTo(
            "{\"models\":{\"lmmodel7\":{\"accuracy\":0.88,\"valid_loss\":0.45,\"steps\":1735,"
                + "\"accuracies\":{\"0\":0.9,\"1\":0.86},"
                + "\"weights_sha256\":{\"0\":\"sha0\",\"1\":\"sha1\"}},"
                + "\"gru\":{\"accuracy\":0.97,\"valid_loss\":0.2,\"steps\":1735,"
                + "\"accuracies\":{\"0\":0.97},\"weights_sha256\":{\"0\":\"sha0\"}}}}");
  }

  @Test
  void curvesAreMeansAfterEachEpoch() {
    assertThat(table.models().get(0).accuracies()).containsExactly(0.44, 0.88);
  }
}
