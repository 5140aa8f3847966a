package io.flinklm.train;

import io.flinklm.lane.Batch;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Lanes;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.lane.Windows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Training without a stream: the same lanes of the same text in a plain loop in memory. It is what
 * the stream is measured against, in bits and in speed.
 *
 * @param corpus token ids of the whole text
 * @param lanes where each lane's text lies in it
 */
public record PlainLoop(int[] corpus, Lanes lanes) {

  /** Trains for so many epochs and reports the end. */
  public void run(Trainer trainer, int epochs) {
    for (int epoch = 0; epoch < epochs; epoch++) {
      for (Split split : Split.values()) {
        for (int index = 0; index < lanes.windows(split); index++) {
          trainer.accept(batch(new Segment(epoch, split), index));
        }
        refuseTails(trainer, split);
      }
    }
    trainer.finish();
  }

  /** What lies behind the last window of a lane, where lanes do not end with a window. */
  private void refuseTails(Trainer trainer, Split split) {
    for (int lane = 0; lane < lanes.count(); lane++) {
      int inWindows = lanes.cut().tokens(lanes.windows(split, lane));
      int tail = lanes.length(split, lane) - inWindows;
      if (tail > 0) {
        trainer.refuse(new Refusal(Refusal.Reason.TAIL, tail));
      }
    }
  }

  private Batch batch(Segment segment, int index) {
    List<Chunk> chunks = new ArrayList<>(lanes.count());
    Windows cut = lanes.cut();
    for (int lane = 0; lane < lanes.count(); lane++) {
      if (index < lanes.windows(segment.split(), lane)) {
        int start = lanes.index(segment.split(), lane, index * cut.stride());
        int[] tokens = Arrays.copyOfRange(corpus, start, start + cut.length());
        chunks.add(new Chunk(lane, segment, index, cut.startsFresh(index), tokens));
      }
    }
    return new Batch(segment, index, chunks);
  }
}
