package io.flinklm.job.lane;

import io.flinklm.job.wire.LaneText;
import io.flinklm.lane.Segment;
import io.flinklm.topics.Continuation.Taken;
import io.flinklm.topics.Continuity;
import io.flinklm.topics.DoubtedSegment;
import io.flinklm.topics.TextReading.Place;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How far lanes have come: the tokens that were read of each, on one scale, in the order in which
 * training needs them.
 *
 * <p>{@link Continuity} says which text goes on, as it does for {@link LaneCursor}: repeated text
 * does not count, nor does a gap or a segment far ahead before a second record confirms it. A
 * segment begins at the same place of the scale for all lanes, and until they come there those of
 * the segment before are not past it. So the lane that training needs next is never the one that is
 * ahead, however unequal the segments of the lanes are.
 *
 * <p>A hole, which is text that was refused or is lost, is behind a lane once enough text follows
 * it for a chunk. Before that training may wait for this very lane, so it is not ahead. Not thread
 * safe.
 */
final class LaneProgress {
  private final int enough;
  private final Map<Integer, ReadLane> lanes = new HashMap<>();
  private final TreeMap<Segment, Long> begins = new TreeMap<>();

  /**
   * Of no lane yet.
   *
   * @param enough how many tokens behind a hole have a chunk in them, wherever it begins
   */
  LaneProgress(int enough) {
    this.enough = enough;
  }

  /**
   * Counts a lane's next record.
   *
   * @param segment null where the headers name none: whether that text counts is not known
   * @param position of the first token, or {@link LaneText#UNCHECKED}
   */
  void advance(int number, Segment segment, long position, int tokens) {
    if (segment == null) {
      refuse(number, null, position, tokens);
      return;
    }
    boolean far = DoubtedSegment.isFar(segment, Segment.FIRST);
    ReadLane lane = lanes.get(number);
    if (lane == null) {
      lane = begin(number, far ? Segment.FIRST : segment);
    }
    Optional<Taken> taken = lane.find(new Place(segment, position), tokens);
    if (taken.isPresent()) {
      if (taken.get().enters()) {
        enter(lane);
      }
      lane.count(taken.get(), tokens, enough);
    }
  }

  /** Counts a lane's next record, which is refused; the parameters are those of the other. */
  void refuse(int number, Segment segment, long position, int tokens) {
    ReadLane lane = lanes.get(number);
    if (lane == null) {
      lane = begin(number, Segment.FIRST);
    }
    lane.refuse(Optional.ofNullable(segment).map(of -> new Place(of, position)), tokens);
  }

  private ReadLane begin(int number, Segment segment) {
    ReadLane lane = ReadLane.in(segment);
    enter(lane);
    lanes.put(number, lane);
    return lane;
  }

  private void enter(ReadLane lane) {
    Long begin = begins.get(lane.entered());
    if (begin == null) {
      Map.Entry<Segment, Long> later = begins.higherEntry(lane.entered());
      begin = later == null ? furthest() : later.getValue();
      begins.put(lane.entered(), begin);
    }
    lane.enter(begin);
    lanes.values().stream()
        .map(ReadLane::segment)
        .min(Segment::compareTo)
        .ifPresent(first -> begins.headMap(first).clear());
  }

  /** Writes how far a lane has come. */
  void write(int number, DataOutput out) throws IOException {
    lanes.get(number).write(out);
  }

  /** Reads what {@link #write} wrote, in a format version of {@link AlignedLanes}. */
  void read(int number, DataInput in, int version) throws IOException {
    lanes.put(number, ReadLane.read(in, version));
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

  private long of(ReadLane lane) {
    Map.Entry<Segment, Long> later = begins.higherEntry(lane.segment());
    long end = later == null ? Long.MAX_VALUE : later.getValue();
    return Math.min(lane.reached(), end);
  }
}
