package io.flinklm.train;

import io.flinklm.lane.Lanes;
import java.util.Arrays;

/**
 * The chapter's baseline: a model that always predicts the token which is the most common target of
 * the valid split. What a language model learns begins above its accuracy.
 *
 * @param id of the token; the lowest where several are as common
 * @param count of the targets that are this token
 * @param targets in the valid split: one a window, its last
 */
public record MostCommonToken(int id, int count, int targets) {

  /**
   * Finds the token.
   *
   * @param ids of the corpus
   * @param lanes its windows; those of the valid split count, the remainder included
   * @throws IllegalArgumentException if the valid split is empty
   */
  public static MostCommonToken of(int[] ids, Lanes lanes) {
    if (lanes.validWindows() == 0) {
      throw new IllegalArgumentException("there is no window in the valid split");
    }
    int[] counts = new int[Arrays.stream(ids).max().orElseThrow() + 1];
    for (int window = 1; window <= lanes.validWindows(); window++) {
      counts[ids[(lanes.trainWindows() + window) * lanes.bptt()]]++;
    }
    int best = 0;
    for (int id = 1; id < counts.length; id++) {
      best = counts[id] > counts[best] ? id : best;
    }
    return new MostCommonToken(best, counts[best], lanes.validWindows());
  }

  /** Share of the targets that are this token. */
  public double accuracy() {
    return (double) count / targets;
  }
}
