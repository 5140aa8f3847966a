package io.flinklm.train;

import io.flinklm.json.Json;
import io.flinklm.lane.Batch;
import io.flinklm.lane.Chunk;
import io.flinklm.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

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
      List<Integer> nonfiniteLanes,
      List<Lane> lanes) {}

  private record Lane(int lane, double crossEntropy, boolean fresh, int[] tokens, String text) {}

  /** What the step gave, in words. */
  String gave() {
    return Double.isFinite(result.loss())
        ? "gradients of norm " + result.gradientNorm()
        : "a loss of " + result.loss();
  }

  /**
   * The lanes whose own loss is NaN or infinite; all of the batch where none is, since a gradient
   * belongs to the whole batch.
   */
  public List<Integer> lanes() {
    List<Integer> lanes = new ArrayList<>();
    for (int row = 0; row < batch.chunks().size(); row++) {
      if (!Double.isFinite(result.laneLosses().get(row))) {
        lanes.add(batch.chunks().get(row).lane());
      }
    }
    return lanes.isEmpty() ? batch.chunks().stream().map(Chunk::lane).toList() : lanes;
  }

  /** The step in one line: its number, what it gave, where. */
  public String toLine() {
    List<Integer> lanes = lanes();
    String numbers = lanes.stream().map(String::valueOf).collect(Collectors.joining(", "));
    String which =
        lanes.size() == 1
            ? "lane " + numbers
            : lanes.size() == batch.chunks().size()
                ? "all " + lanes.size() + " lanes of the batch"
                : "lanes " + numbers;
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
    List<Lane> lanes = new ArrayList<>();
    for (int row = 0; row < batch.chunks().size(); row++) {
      Chunk chunk = batch.chunks().get(row);
      lanes.add(
          new Lane(
              chunk.lane(),
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
            lanes(),
            lanes);
    return Json.indented(kept);
  }
}
