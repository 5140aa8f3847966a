package io.flinklm.producer;

import io.flinklm.lane.Segment;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * The order in which the lanes of a round are published. A round is one record of every lane. It
 * must be a function of its arguments alone, and must not change what is learned.
 */
@FunctionalInterface
public interface Interleaving {
  /** Lane 0 first. */
  Interleaving IN_LANE_ORDER =
      (laneCount, segment, round) -> IntStream.range(0, laneCount).toArray();

  /**
   * A permutation of the lanes 0 to {@code lanes - 1}.
   *
   * @param laneCount how many lanes
   * @param segment which every lane of the round is in
   * @param round of the segment, from 0
   */
  int[] order(int laneCount, Segment segment, int round);

  /** Another order in each round, drawn from the seed. */
  static Interleaving shuffled(long seed) {
    return (laneCount, segment, round) -> {
      // By its label: the hash code of an enum differs from process to process.
      int place = Objects.hash(segment.epoch(), segment.split().label(), round);
      Random random = new Random(seed * 0x9E3779B97F4A7C15L + place);
      int[] order = IN_LANE_ORDER.order(laneCount, segment, round);
      for (int i = laneCount - 1; i > 0; i--) {
        int other = random.nextInt(i + 1);
        int lane = order[i];
        order[i] = order[other];
        order[other] = lane;
      }
      return order;
    };
  }
}
