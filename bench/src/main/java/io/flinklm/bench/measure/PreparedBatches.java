package io.flinklm.bench.measure;

import io.flinklm.lane.Batch;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Lanes;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.lane.Windows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The batches of a text's train split, made beforehand; after the last comes the first again. */
public final class PreparedBatches {
  private final List<Batch> batches = new ArrayList<>();
  private final Lanes lanes;
  private int next;

  /** Makes them. */
  public PreparedBatches(int[] text, Lanes lanes) {
    this.lanes = lanes;
    for (int index = 0; index < lanes.windows(Split.TRAIN); index++) {
      batches.add(batch(text, index));
    }
  }

  private Batch batch(int[] text, int index) {
    Segment segment = new Segment(0, Split.TRAIN);
    Windows cut = lanes.cut();
    List<Chunk> chunks = new ArrayList<>(lanes.count());
    for (int lane = 0; lane < lanes.count(); lane++) {
      int start = lanes.index(Split.TRAIN, lane, index * cut.stride());
      int[] tokens = Arrays.copyOfRange(text, start, start + cut.length());
      chunks.add(new Chunk(lane, segment, index, cut.startsFresh(index), tokens));
    }
    return new Batch(segment, index, chunks);
  }

  /** The next batch; behind the last one the first comes again. */
  public Batch next() {
    Batch batch = batches.get(next);
    next = (next + 1) % batches.size();
    return batch;
  }

  /** Inputs in a batch, the tokens that speeds are counted in. */
  public int tokens() {
    return lanes.count() * lanes.bptt();
  }

  /** Rows of a batch. */
  public int rows() {
    return lanes.count();
  }

  /** Inputs in a row of a batch. */
  public int length() {
    return lanes.bptt();
  }
}
