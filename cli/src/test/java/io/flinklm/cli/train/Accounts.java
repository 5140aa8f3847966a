package io.flinklm.cli.train;

import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What has to become of a text's tokens and bytes, said without the code under test: a window of a
 * segment is learned from, or scored, if every one of its tokens came; all others have a reason.
 */
final class Accounts {
  private final int bptt;
  private final Map<Reason, Long> refused = new EnumMap<>(Reason.class);
  private final Map<Reason, Long> refusedBytes = new EnumMap<>(Reason.class);
  private final Set<String> steps = new HashSet<>();
  private long produced;
  private long trained;
  private long scored;
  private long bytesProduced;
  private long bytesTrained;
  private long bytesScored;

  Accounts(int bptt) {
    this.bptt = bptt;
  }

  /** Counts a record that was sent. */
  void sent(int tokens, int bytes) {
    produced += tokens;
    bytesProduced += bytes;
  }

  void refused(Reason reason, int tokens, int bytes) {
    if (tokens > 0) {
      refused.merge(reason, (long) tokens, Long::sum);
    }
    if (bytes > 0) {
      refusedBytes.merge(reason, (long) bytes, Long::sum);
    }
  }

  private void refused(Reason reason, int[] bytes, int from, int to) {
    refused(reason, to - from, sum(bytes, from, to));
  }

  private static int sum(int[] bytes, int from, int to) {
    return Arrays.stream(bytes, from, to).sum();
  }

  /**
   * Settles a lane's segment.
   *
   * @param came by position, whether the token there came and was not refused with its record; what
   *     did not come shows, since others of the segment came behind it
   * @param bytes by position, how many the token there took
   */
  void settle(Segment segment, boolean[] came, int[] bytes) {
    int from = 0;
    while (from < came.length) {
      int to = from;
      while (to < came.length && came[to]) {
        to++;
      }
      settle(segment, from, to, to == came.length, bytes);
      from = Math.max(to, from + 1);
    }
  }

  // Of an unbroken run of tokens: whole windows, and what lies before and behind them.
  private void settle(Segment segment, int from, int to, boolean last, int[] bytes) {
    int border = Math.min(to, (from + bptt - 1) / bptt * bptt);
    refused(Reason.BESIDE_A_HOLE, bytes, from, border);
    int windows = Math.max(0, (to - border - 1) / bptt);
    int learned = windows == 0 ? 0 : windows * bptt + 1;
    refused(last ? Reason.TAIL : Reason.BESIDE_A_HOLE, bytes, border + learned, to);
    if (segment.split() == Split.TRAIN) {
      trained += learned;
      bytesTrained += sum(bytes, border, border + learned);
      for (int window = 0; window < windows; window++) {
        steps.add(segment.epoch() + "/" + (border / bptt + window));
      }
    } else {
      scored += learned;
      bytesScored += sum(bytes, border, border + learned);
    }
  }

  long produced() {
    return produced;
  }

  long trained() {
    return trained;
  }

  long scored() {
    return scored;
  }

  long bytesProduced() {
    return bytesProduced;
  }

  long bytesTrained() {
    return bytesTrained;
  }

  long bytesScored() {
    return bytesScored;
  }

  long steps() {
    return steps.size();
  }

  /** Refused tokens, by the label of the reason. */
  Map<String, Long> refused() {
    return byLabel(refused);
  }

  /** Refused bytes, likewise. */
  Map<String, Long> refusedBytes() {
    return byLabel(refusedBytes);
  }

  private static Map<String, Long> byLabel(Map<Reason, Long> counts) {
    Map<String, Long> labels = new TreeMap<>();
    counts.forEach((reason, count) -> labels.put(reason.label(), count));
    return labels;
  }
}
