package io.flinklm.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import io.flinklm.Quotation;
import io.flinklm.json.Json;
import io.flinklm.lane.Batch;
import io.flinklm.lane.Chunk;
import io.flinklm.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A step that was not taken, because it gave NaN or infinity: all that there is to see of it.
 *
 * @param step its number, had it been taken
 * @param batch of the step
 * @param result of the batch
 */
public record NonfiniteStep(long step, Batch batch, BatchResult result) {
  /** The JSON of a step, where a number that is NaN or infinite is null. */
  private record Kept(
      long step,
      String gave,
      int epoch,
      String split,
      int index,
      double learningRate,
      double crossEntropy,
      double activation,
      double temporalActivation,
      double gradientNorm,
      @JsonInclude(Include.NON_NULL) List<String> nonfiniteStreams,
      @JsonInclude(Include.NON_NULL) List<Integer> nonfiniteLanes,
      @JsonInclude(Include.NON_NULL) List<Row> streams,
      @JsonInclude(Include.NON_NULL) List<Row> lanes) {}

  private record Row(
      @JsonInclude(Include.NON_NULL) String stream,
      @JsonInclude(Include.NON_NULL) Integer lane,
      double crossEntropy,
      boolean fresh,
      int[] tokens,
      String text) {}

  /** What the step gave, in words. */
  String gave() {
    return Double.isFinite(result.loss())
        ? "gradients of norm " + result.gradientNorm()
        : "a loss of " + result.loss();
  }

  /**
   * The rows whose own loss is NaN or infinite; all of the batch where none is, since a gradient
   * belongs to the whole batch.
   */
  private List<Integer> rows() {
    int count = batch.chunks().size();
    List<Integer> rows =
        IntStream.range(0, count)
            .filter(row -> !Double.isFinite(result.laneLosses().get(row)))
            .boxed()
            .toList();
    return rows.isEmpty() ? IntStream.range(0, count).boxed().toList() : rows;
  }

  private boolean isOfStreams() {
    return !batch.streams().isEmpty();
  }

  /** The lanes of these rows. */
  public List<Integer> lanes() {
    return rows().stream().map(row -> batch.chunks().get(row).lane()).toList();
  }

  private List<String> streams() {
    return rows().stream().map(batch.streams()::get).toList();
  }

  /** The step in one line: its number, what it gave, where. */
  public String toLine() {
    String kind = isOfStreams() ? "stream" : "lane";
    int count = rows().size();
    String names =
        isOfStreams()
            ? "of " + Quotation.legible(String.join(", ", streams()))
            : lanes().stream().map(String::valueOf).collect(Collectors.joining(", "));
    String which =
        count == 1
            ? kind + " " + names
            : count == batch.chunks().size()
                ? "all " + count + " " + kind + "s of the batch"
                : kind + "s " + names;
    return "step %d gave %s (epoch %d, %s, index %d; %s)"
        .formatted(
            step,
            gave(),
            batch.segment().epoch(),
            batch.segment().split().label(),
            batch.index(),
            which);
  }

  /** All of it as JSON, the batch as token ids and as text. */
  public byte[] toJson(Tokenizer tokenizer) {
    List<Row> rows = new ArrayList<>();
    for (int row = 0; row < batch.chunks().size(); row++) {
      Chunk chunk = batch.chunks().get(row);
      rows.add(
          new Row(
              isOfStreams() ? batch.streams().get(row) : null,
              isOfStreams() ? null : chunk.lane(),
              result.laneLosses().get(row),
              chunk.fresh(),
              chunk.tokens(),
              tokenizer.text(chunk.tokens())));
    }
    Kept kept =
        new Kept(
            step,
            gave(),
            batch.segment().epoch(),
            batch.segment().split().label(),
            batch.index(),
            result.learningRate(),
            result.crossEntropy(),
            result.activation(),
            result.temporalActivation(),
            result.gradientNorm(),
            isOfStreams() ? streams() : null,
            isOfStreams() ? null : lanes(),
            isOfStreams() ? rows : null,
            isOfStreams() ? null : rows);
    return Json.indented(kept);
  }
}
