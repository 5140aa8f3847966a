package io.flinklm.producer;

import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.topics.LaneRecord;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;

/** The place of a plan at which its publication is. */
final class LanePlanIterator implements Iterator<LaneRecord> {
  private final LanePlan plan;
  private Segment segment;
  private int round;
  private int[] order = {};
  private int turn;
  private LaneRecord next;

  LanePlanIterator(LanePlan plan) {
    this.plan = plan;
    int epoch = IntStream.range(0, plan.lanes().count()).map(plan::firstEpoch).min().orElse(0);
    segment = new Segment(epoch, Split.TRAIN);
    // Round -1 has no lane: the search begins with round 0.
    round = -1;
    next = find();
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public LaneRecord next() {
    if (next == null) {
      throw new NoSuchElementException("the plan has ended");
    }
    LaneRecord found = next;
    next = find();
    return found;
  }

  private LaneRecord find() {
    while (true) {
      if (turn == order.length && !nextRound()) {
        return null;
      }
      LaneRecord record = record(order[turn++]);
      if (record != null) {
        return record;
      }
    }
  }

  private boolean nextRound() {
    round++;
    while (segment.epoch() < plan.epochs() && round == plan.rounds(segment.split())) {
      round = 0;
      segment =
          segment.split() == Split.TRAIN
              ? new Segment(segment.epoch(), Split.VALID)
              : new Segment(segment.epoch() + 1, Split.TRAIN);
    }
    if (segment.epoch() >= plan.epochs()) {
      return false;
    }
    turn = 0;
    order = plan.interleaving().order(plan.lanes().count(), segment, round);
    return true;
  }

  /** The round's record of a lane; null if it is published already. */
  private LaneRecord record(int lane) {
    Split split = segment.split();
    int from = Math.max(plan.cut().begin(split, lane, round), plan.start(lane, segment));
    int to = plan.cut().begin(split, lane, round + 1);
    if (from >= to) {
      return null;
    }
    return plan.record(lane, segment, from, to);
  }
}
