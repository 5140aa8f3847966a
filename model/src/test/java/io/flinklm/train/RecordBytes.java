package io.flinklm.train;

import io.flinklm.lane.Lanes;
import io.flinklm.lane.Split;
import io.flinklm.text.Corpus;
import io.flinklm.text.TokenBytes;

/**
 * How many bytes a text takes in the records that it would be sent in, from what the tokenizer
 * writes for them.
 *
 * @param corpus the text
 * @param lanes in it
 */
record RecordBytes(Corpus corpus, Lanes lanes) {
  private static final int RECORD = 6;

  /** What a plain loop is told of them. */
  TokenBytes told() {
    return TokenBytes.inRecords(corpus, RECORD);
  }

  /** Of the targets, by batch: what a lane's text has up to a token, less what it has before. */
  double[] ofTargets(Split split) {
    double[] bytes = new double[lanes.windows(split)];
    int bptt = lanes.bptt();
    for (int i = 0; i < bytes.length; i++) {
      for (int lane = 0; lane < lanes.count(); lane++) {
        int start = lanes.start(split, lane);
        bytes[i] += upTo((i + 1) * bptt + 1, start) - upTo(i * bptt + 1, start);
      }
    }
    return bytes;
  }

  /** Of all records. */
  long all() {
    long bytes = 0;
    for (Split split : Split.values()) {
      for (int lane = 0; lane < lanes.count(); lane++) {
        bytes += upTo(lanes.length(split), lanes.start(split, lane));
      }
    }
    return bytes;
  }

  /** Of so many tokens in records. */
  private long upTo(int tokens, int start) {
    long bytes = 0;
    for (int from = 0; from < tokens; from += RECORD) {
      int to = Math.min(tokens, from + RECORD);
      int[] record = new int[to - from];
      for (int i = from; i < to; i++) {
        record[i - from] = corpus.id(start + i);
      }
      bytes += corpus.tokenizer().bytes(record).length;
    }
    return bytes;
  }
}
