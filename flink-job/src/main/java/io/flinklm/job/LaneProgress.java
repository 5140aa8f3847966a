package io.flinklm.job;

import io.flinklm.lane.Segment;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far lanes have come: the tokens that were read of each, on one scale, in the order in which
 * training needs them. It knows nothing of what was read before the job was started or restarted.
 *
 * <p>Positions and segments are believed as {@link LaneCursor} believes them: repeated text does
 * not count, nor does a gap or a segment far ahead before a second record confirms it. A segment
 * begins at the same place of the scale for all lanes, and until they come there those of the
 * segment before are not past it. So the lane that training needs next is never the one that is
 * ahead, however unequal the segments of the lanes are. Not thread safe.
 */
final class LaneProgress {
  private static final long NOWHERE = -1;

  private final Map<Integer, Lane> lanes = new HashMap<>();
  private final TreeMap<Segment, Long> begins = new TreeMap<>();

  private static final class Lane {
    private Segment segment = Segment.FIRST;
    private long begin;
    private long read;

    // The position where text goes on, once that is known, and the other one where it may.
    private long next = NOWHERE;
    private long other = NOWHERE;
    private final DoubtedSegment doubted = new DoubtedSegment();

    void advance(long position, int tokens) {
      boolean known = next != NOWHERE;
      if (position == LaneText.UNCHECKED) {
        read += tokens;
        goOnAt(known ? next + tokens : NOWHERE);
      } else if (known && position > next && position != other) {
        other = position + tokens;
      } else if (known) {
        long gained = position + tokens - next;
        if (gained > 0) {
          read += gained;
          goOnAt(next + gained);
        }
      } else {
        read += tokens;
        if (position == other) {
          goOnAt(position + tokens);
        } else {
          other = position + tokens;
        }
      }
    }

    private void goOnAt(long position) {
      next = position;
      other = NOWHERE;
      doubted.forget();
    }

    /** Text whose place is not known may be what comes next. */
    void pass(int tokens) {
      if (next != NOWHERE) {
        other = Math.max(next, other) + tokens;
      }
    }
  }

  /**
   * Counts a lane's next record.
   *
   * @param segment null where the headers name none: whether that text counts is not known
   * @param position of the first token, or {@link LaneText#UNCHECKED}
   */
  void advance(int number, Segment segment, long position, int tokens) {
    Lane lane = lanes.get(number);
    if (lane == null) {
      lane = new Lane();
      boolean near = segment != null && !DoubtedSegment.isFar(segment, Segment.FIRST);
      enter(lane, near ? segment : Segment.FIRST);
      lanes.put(number, lane);
    }
    if (segment == null) {
      lane.pass(tokens);
    } else if (segment.equals(lane.segment)) {
      lane.advance(position, tokens);
    } else if (segment.compareTo(lane.segment) > 0) {
      boolean far = DoubtedSegment.isFar(segment, lane.segment);
      if (far && !lane.doubted.isConfirmedBy(segment, position)) {
        lane.doubted.name(segment, position, tokens);
        lane.pass(tokens);
        return;
      }
      enter(lane, segment);
      lane.goOnAt(far ? lane.doubted.next() : 0);
      lane.advance(position, tokens);
    }
  }

  private void enter(Lane lane, Segment segment) {
    Long begin = begins.get(segment);
    if (begin == null) {
      Map.Entry<Segment, Long> later = begins.higherEntry(segment);
      begin = later == null ? furthest() : later.getValue();
      begins.put(segment, begin);
    }
    lane.segment = segment;
    lane.begin = begin;
    lane.read = 0;
    lanes.values().stream()
        .map(each -> each.segment)
        .min(Segment::compareTo)
        .ifPresent(first -> begins.headMap(first).clear());
  }

  private long furthest() {
    return lanes.values().stream().mapToLong(this::of).max().orElse(0);
  }

  /** How far a lane has come of which something was read. */
  long of(int lane) {
    return of(lanes.get(lane));
  }

  private long of(Lane lane) {
    Map.Entry<Segment, Long> later = begins.higherEntry(lane.segment);
    long end = later == null ? Long.MAX_VALUE : later.getValue();
    return Math.min(lane.begin + lane.read, end);
  }
}
