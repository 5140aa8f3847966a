package io.flinklm.cli.reproduce;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.flinklm.cli.run.SeedResult;
import io.flinklm.cli.screen.Figures;
import io.flinklm.json.Json;
import io.flinklm.lane.Lanes;
import io.flinklm.text.Corpus;
import io.flinklm.train.Fit;
import io.flinklm.train.MostCommonToken;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The results of several models beside those of others: for a person, for a document, and as JSON.
 *
 * @param baseline that every model should be above
 * @param models in the order in which they are shown
 */
record ResultsTable(MostCommonToken baseline, List<ModelResult> models) {
  private static final List<String> HEADER =
      List.of(
          "model",
          "steps",
          "accuracy",
          "lowest",
          "highest",
          "published",
          "PyTorch",
          "valid loss",
          "published",
          "PyTorch");

  /**
   * One model in JSON.
   *
   * @param accuracy mean over the seeds
   * @param validLoss mean over the seeds, in nats
   * @param steps optimizer updates of each seed
   * @param accuracies by seed
   * @param weightsSha256 by seed
   */
  private record Entry(
      double accuracy,
      double validLoss,
      long steps,
      Map<Long, Double> accuracies,
      @JsonProperty("weights_sha256") Map<Long, String> weightsSha256) {}

  /** The table of runs on the human numbers, their models in the order in which they came. */
  static ResultsTable of(List<SeedResult> results) {
    Map<String, List<SeedResult>> byModel =
        results.stream()
            .collect(
                Collectors.groupingBy(SeedResult::model, LinkedHashMap::new, Collectors.toList()));
    List<ModelResult> models = new ArrayList<>();
    byModel.forEach((model, seeds) -> models.add(new ModelResult(model, seeds)));
    return new ResultsTable(mostCommonToken(), models);
  }

  // The chapter's: of the samples that LMModel1 is scored on.
  private static MostCommonToken mostCommonToken() {
    Corpus corpus = Corpus.humanNumbers();
    Fit fit = Fit.of("lmmodel1");
    Lanes lanes = Lanes.of(corpus.size(), 1, fit.windows(fit.bptt()));
    return MostCommonToken.of(corpus.ids(corpus.tokenizer()), lanes);
  }

  /** Columns of text, the numbers on the right. */
  String toText() {
    List<List<String>> rows = new ArrayList<>(List.of(HEADER));
    rows.addAll(rows());
    int[] widths = new int[HEADER.size()];
    rows.forEach(
        row -> {
          for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], row.get(i).length());
          }
        });
    return rows.stream()
        .map(row -> line(row, widths))
        .collect(Collectors.joining(System.lineSeparator()));
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String padding = " ".repeat(widths[i] - row.get(i).length());
      line.append(i == 0 ? row.get(i) + padding : "  " + padding + row.get(i));
    }
    return line.toString().stripTrailing();
  }

  /** A table of Markdown. */
  String toMarkdown() {
    List<String> lines = new ArrayList<>();
    lines.add(markdown(HEADER));
    lines.add("|---" + "|---:".repeat(HEADER.size() - 1) + "|");
    rows().forEach(row -> lines.add(markdown(row)));
    return String.join("\n", lines);
  }

  private static String markdown(List<String> row) {
    return "| " + String.join(" | ", row) + " |";
  }

  /** One line: {@code {"models": {"lmmodel1": {"accuracy": ..., "valid_loss": ...}, ...}}}. */
  String toJson() {
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (ModelResult result : models) {
      Map<Long, Double> accuracies = new LinkedHashMap<>();
      Map<Long, String> weights = new LinkedHashMap<>();
      for (SeedResult seed : result.seeds()) {
        accuracies.put(seed.seed(), seed.accuracy());
        weights.put(seed.seed(), seed.weightsSha256());
      }
      entries.put(
          result.model(),
          new Entry(result.accuracy(), result.validLoss(), result.steps(), accuracies, weights));
    }
    return Json.line(Map.of("models", entries));
  }

  private List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    List<String> common = new ArrayList<>(Collections.nCopies(HEADER.size(), ""));
    common.set(0, "most common token");
    for (int column : new int[] {2, 5, 6}) {
      common.set(column, Figures.shortDecimal(baseline.accuracy()));
    }
    rows.add(common);
    models.forEach(model -> rows.add(row(model)));
    return rows;
  }

  private static List<String> row(ModelResult model) {
    Reference reference = Reference.of(model.model());
    String spread =
        Double.isNaN(reference.spread()) ? "" : " ± " + Figures.shortDecimal(reference.spread());
    return List.of(
        model.model(),
        Figures.count(model.steps()),
        Figures.shortDecimal(model.accuracy()),
        Figures.shortDecimal(model.lowest()),
        Figures.shortDecimal(model.highest()),
        Figures.shortDecimal(reference.publishedAccuracy()),
        Figures.shortDecimal(reference.accuracy()) + spread,
        Figures.shortDecimal(model.validLoss()),
        Figures.shortDecimal(reference.publishedLoss()),
        Figures.shortDecimal(reference.loss()));
  }
}
