package io.flinklm.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinklm.train.SavedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * The files that a run leaves behind, or is writing.
 *
 * @param out its output directory
 */
record RunFiles(Path out) {
  private static final JsonMapper JSON = new JsonMapper();

  byte[] weights() throws Exception {
    return Files.readAllBytes(out.resolve(SavedModel.WEIGHTS));
  }

  /** Whether a resumed run would find its settings. */
  boolean areResumable() throws Exception {
    Path settings = out.resolve("run.json");
    return Files.exists(settings) && Files.size(settings) > 0;
  }

  /** The newest complete checkpoint, as a resumed run would find it. */
  Optional<Path> newestCheckpoint() throws Exception {
    return OutDirectory.open(out).newestCheckpoint();
  }

  /** Reports in {@code metrics.jsonl} so far, whole lines. */
  long reportsSoFar() throws Exception {
    Path file = out.resolve("metrics.jsonl");
    return Files.exists(file) ? Files.readString(file).chars().filter(c -> c == '\n').count() : 0;
  }

  /**
   * The reports in {@code metrics.jsonl} by what they are about, without times and lineage. One
   * that is there twice must say the same both times.
   */
  Map<String, ObjectNode> reports() throws Exception {
    Map<String, ObjectNode> reports = new LinkedHashMap<>();
    for (String line : Files.readAllLines(out.resolve("metrics.jsonl"))) {
      ObjectNode report = (ObjectNode) JSON.readTree(line);
      report.remove(List.of("seconds", "lineage"));
      String about =
          List.of("kind", "epoch", "split", "index").stream()
              .map(field -> report.get(field).asText())
              .toList()
              .toString();
      ObjectNode before = reports.putIfAbsent(about, report);
      assertThat(report).isEqualTo(before == null ? report : before);
    }
    return reports;
  }

  /** Requires a report on every step from the first on and gives the number of the last one. */
  long lastOfAllSteps() throws Exception {
    List<Long> steps =
        reports().values().stream()
            .filter(r -> r.get("kind").asText().equals("step"))
            .filter(r -> r.get("split").asText().equals("train"))
            .map(r -> r.get("step").asLong())
            .sorted()
            .toList();
    assertThat(steps).isEqualTo(LongStream.rangeClosed(1, steps.size()).boxed().toList());
    return steps.size();
  }
}
