package io.flinklm.job.lane;

import io.flinklm.job.wire.LaneText;
import io.flinklm.lane.Segment;
import io.flinklm.topics.DoubtedSegment;
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
 * ahead, however unequal the segments of the lanes are.
 *
 * <p>A hole, which is text that was refused or is lost, is behind a lane once enough text follows
 * it for a chunk. Before that training may wait for this very lane, so it is not ahead. Not thread
 * safe.
 */
final class LaneProgress {
  private static final long NOWHERE = -1;

  private final int enough;
  private final Map<Integer, Lane> lanes = new HashMap<>();
  private final TreeMap<Segment, Long> begins = new TreeMap<>();

  /**
   * Of no lane yet.
   *
   * @param enough how many tokens behind a hole have a chunk in them, wherever it begins
   */
  LaneProgress(int enough) {
    this.enough = enough;
  }

  private final class Lane {
    private Segment segment = Segment.FIRST;
    private long begin;
    private long read;

    // Where the hole begins behind which there is too little text, and how much there is.
    private long hole = NOWHERE;
    private long behindHole;

    // The position where text goes on, once that is known, and the other one where it may.
    private long next = NOWHERE;
    private long other = NOWHERE;
    private final DoubtedSegment doubted = new DoubtedSegment();

    void advance(long position, int tokens) {
      boolean known = next != NOWHERE;
      if (position == LaneText.UNCHECKED) {
        take(tokens);
        goOnAt(known ? next + tokens : NOWHERE);
      } else if (known && position > next && position != other) {
        other = position + tokens;
      } else if (known) {
        long gained = position + tokens - next;
        if (gained > 0) {
          leaveHole(Math.max(0, position - next));
          take(Math.min(gained, tokens));
          goOnAt(next + gained);
        }
      } else {
        take(tokens);
        if (position == other) {
          goOnAt(position + tokens);
        } else {
          other = position + tokens;
        }
      }
    }

    /** Counts text that is refused, as {@link LaneCursor} does. */
    void refuse(long position, int tokens) {
      boolean known = next != NOWHERE;
      if (position == LaneText.UNCHECKED) {
        leaveHole(tokens);
        goOnAt(known ? next + tokens : NOWHERE);
      } else if (known && position <= next) {
        long gained = Math.max(0, position + tokens - next);
        leaveHole(gained);
        next += gained;
      } else {
        leaveHole(known ? 0 : tokens);
        other = position + tokens;
      }
    }

    private void take(long tokens) {
      read += tokens;
      behindHole += hole == NOWHERE ? 0 : tokens;
      if (behindHole >= enough) {
        hole = NOWHERE;
        behindHole = 0;
      }
    }

    private void leaveHole(long tokens) {
      if (tokens > 0) {
        hole = hole == NOWHERE ? read : hole;
        behindHole = 0;
        read += tokens;
      }
    }

    long reached() {
      return begin + (hole == NOWHERE ? read : hole);
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
      boolean confirmed = lane.doubted.isConfirmedBy(segment, position);
      if (!confirmed && (far || position > 0)) {
        doubt(lane, segment, position, tokens);
        return;
      }
      enter(lane, segment);
      long next = confirmed ? lane.doubted.next() : 0;
      if (!far) {
        lane.leaveHole(next);
      }
      lane.goOnAt(next);
      lane.advance(position, tokens);
    }
  }

  /** Counts a lane's next record, which is refused; the parameters are those of the other. */
  void refuse(int number, Segment segment, long position, int tokens) {
    Lane lane = lanes.get(number);
    if (lane == null) {
      lane = new Lane();
      enter(lane, Segment.FIRST);
      lanes.put(number, lane);
    }
    if (segment == null) {
      lane.pass(tokens);
    } else if (segment.equals(lane.segment)) {
      lane.refuse(position, tokens);
    } else if (segment.compareTo(lane.segment) > 0) {
      doubt(lane, segment, position, tokens);
    }
  }

  private static void doubt(Lane lane, Segment segment, long position, int tokens) {
    lane.doubted.name(segment, position, tokens);
    if (DoubtedSegment.isFar(segment, lane.segment)) {
      lane.pass(tokens);
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
    lane.hole = NOWHERE;
    lane.behindHole = 0;
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
    out.writeLong(lane.hole);
    out.writeLong(lane.behindHole);
  }

  /** Reads what {@link #write} wrote, in a format version of {@link AlignedLanes}. */
  void read(int number, DataInput in, int version) throws IOException {
    Lane lane = new Lane();
    lane.segment = Segment.read(in);
    lane.begin = in.readLong();
    lane.read = in.readLong();
    lane.next = in.readLong();
    lane.other = in.readLong();
    lane.doubted.read(in);
    if (version > 1) {
      lane.hole = in.readLong();
      lane.behindHole = in.readLong();
    }
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
    return Math.min(lane.reached(), end);
  }
}
