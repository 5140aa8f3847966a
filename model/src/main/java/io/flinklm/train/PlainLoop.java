package io.flinklm.train;

import io.flinklm.lane.Batch;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.ChunkBytes;
import io.flinklm.lane.Lanes;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.lane.Windows;
import io.flinklm.text.TokenBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Training without a stream: the same lanes of the same text in a plain loop in memory. It is what
 * the stream is measured against, in bits and in speed.
 *
 * @param corpus token ids of the whole text
 * @param lanes where each lane's text lies in it
 * @param bytes how many each token takes
 */
public record PlainLoop(int[] corpus, Lanes lanes, TokenBytes bytes) {

  /** A loop over tokens that take a byte each. */
  public PlainLoop(int[] corpus, Lanes lanes) {
    this(corpus, lanes, TokenBytes.ONE);
  }

  /** Bytes of all lanes and both splits in one epoch. */
  public static long bytesPerEpoch(Lanes lanes, TokenBytes bytes) {
    long all = 0;
    for (Split split : Split.values()) {
      for (int lane = 0; lane < lanes.count(); lane++) {
        for (int position = 0; position < lanes.length(split, lane); position++) {
          all += bytes.of(lanes.index(split, lane, position), position);
        }
      }
    }
    return all;
  }

  /** The batches of the train split in their order, epoch after epoch without end. */
  public Iterator<Batch> trainingBatches() {
    // One at a time: the batches of an epoch may be more than memory holds.
    int ofEpoch = lanes.windows(Split.TRAIN);
    return IntStream.iterate(0, number -> number + 1)
        .mapToObj(number -> batch(new Segment(number / ofEpoch, Split.TRAIN), number % ofEpoch))
        .iterator();
  }

  /** Trains for so many epochs and reports the end. */
  public void run(BatchTraining trainer, int epochs) {
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
  private void refuseTails(BatchTraining trainer, Split split) {
    for (int lane = 0; lane < lanes.count(); lane++) {
      int inWindows = lanes.cut().tokens(lanes.windows(split, lane));
      int tail = lanes.length(split, lane) - inWindows;
      if (tail > 0) {
        int ofTail = 0;
        for (int position = inWindows; position < inWindows + tail; position++) {
          ofTail += bytes.of(lanes.index(split, lane, position), position);
        }
        trainer.refuse(new Refusal(Refusal.Reason.TAIL, tail, ofTail));
      }
    }
  }

  private Batch batch(Segment segment, int index) {
    List<Chunk> chunks = new ArrayList<>(lanes.count());
    Windows cut = lanes.cut();
    for (int lane = 0; lane < lanes.count(); lane++) {
      if (index < lanes.windows(segment.split(), lane)) {
        int position = index * cut.stride();
        int start = lanes.index(segment.split(), lane, position);
        int[] tokens = Arrays.copyOfRange(corpus, start, start + cut.length());
        boolean fresh = cut.startsFresh(index);
        chunks.add(new Chunk(lane, segment, index, fresh, tokens, bytes(start, position)));
      }
    }
    return new Batch(segment, index, chunks);
  }

  private ChunkBytes bytes(int start, int position) {
    int[] lengths = new int[lanes.cut().length()];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = bytes.of(start + i, position + i);
    }
    return ChunkBytes.of(lengths, 0, lengths.length);
  }
}
