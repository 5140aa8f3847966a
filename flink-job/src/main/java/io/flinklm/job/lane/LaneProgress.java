package io.flinklm.job.lane;

import io.flinklm.job.wire.LaneText;
import io.flinklm.lane.Segment;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far lanes have come: the tokens that were read of each, on one scale, in the order in which
 * training needs them.
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

  /** Writes how far a lane has come. */
  void write(int number, DataOutput out) throws IOException {
    Lane lane = lanes.get(number);
    lane.segment.write(out);
    out.writeLong(lane.begin);
    out.writeLong(lane.read);
    out.writeLong(lane.next);
    out.writeLong(lane.other);
    lane.doubted.write(out);
  }

  /** Reads what {@link #write} wrote. */
  void read(int number, DataInput in) throws IOException {
    Lane lane = new Lane();
    lane.segment = Segment.read(in);
    lane.begin = in.readLong();
    lane.read = in.readLong();
    lane.next = in.readLong();
    lane.other = in.readLong();
    lane.doubted.read(in);
    lanes.put(number, lane);
  }

  /** Writes where segments begin on the scale. */
  void writeScale(DataOutput out) throws IOException {
    out.writeInt(begins.size());
    for (Map.Entry<Segment, Long> begin : begins.entrySet()) {
      begin.getKey().write(out);
      out.writeLong(begin.getValue());
    }
  }

  /** Reads what {@link #writeScale} wrote. Of the scales of several readers the earliest holds. */
  void readScale(DataInput in) throws IOException {
    for (int left = in.readInt(); left > 0; left--) {
      begins.merge(Segment.read(in), in.readLong(), Math::min);
    }
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
