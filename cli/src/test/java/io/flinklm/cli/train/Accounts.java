package io.flinklm.cli.train;

import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What has to become of a text's tokens, said without the code under test: a window of a segment is
 * learned from, or scored, if every one of its tokens came; all others have a reason.
 */
final class Accounts {
  private final int bptt;
  private final Map<Reason, Long> refused = new EnumMap<>(Reason.class);
  private final Set<String> steps = new HashSet<>();
  private long produced;
  private long trained;
  private long scored;

  Accounts(int bptt) {
    this.bptt = bptt;
  }

  /** Counts the tokens of a record that was sent. */
  void sent(int tokens) {
    produced += tokens;
  }

  void refused(Reason reason, int tokens) {
    if (tokens > 0) {
      refused.merge(reason, (long) tokens, Long::sum);
    }
  }

  /**
   * Settles a lane's segment.
   *
   * @param came by position, whether the token there came and was not refused with its record; what
   *     did not come shows, since others of the segment came behind it
   */
  void settle(Segment segment, boolean[] came) {
    int from = 0;
    while (from < came.length) {
      int to = from;
      while (to < came.length && came[to]) {
        to++;
      }
      settle(segment, from, to, to == came.length);
      from = Math.max(to, from + 1);
    }
  }

  // Of an unbroken run of tokens: whole windows, and what lies before and behind them.
  private void settle(Segment segment, int from, int to, boolean last) {
    int border = Math.min(to, (from + bptt - 1) / bptt * bptt);
    refused(Reason.BESIDE_A_HOLE, border - from);
    int windows = Math.max(0, (to - border - 1) / bptt);
    int learned = windows == 0 ? 0 : windows * bptt + 1;
    refused(last ? Reason.TAIL : Reason.BESIDE_A_HOLE, to - border - learned);
    if (segment.split() == Split.TRAIN) {
      trained += learned;
      for (int window = 0; window < windows; window++) {
        steps.add(segment.epoch() + "/" + (border / bptt + window));
      }
    } else {
      scored += learned;
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

  long steps() {
    return steps.size();
  }

  /** Refused tokens, by the label of the reason. */
  Map<String, Long> refused() {
    Map<String, Long> labels = new TreeMap<>();
    refused.forEach((reason, tokens) -> labels.put(reason.label(), tokens));
    return labels;
  }
}
