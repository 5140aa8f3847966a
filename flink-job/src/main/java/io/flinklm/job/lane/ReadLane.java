package io.flinklm.job.lane;

import io.flinklm.lane.Segment;
import io.flinklm.topics.Continuation.Taken;
import io.flinklm.topics.Continuity;
import io.flinklm.topics.TextReading.Place;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;

/**
 * What was read of one lane in the segment that it is in: how many tokens, and of them those before
 * a hole behind which there is too little text yet. Not thread safe.
 */
final class ReadLane {
  private static final long NOWHERE = -1;

  private final Continuity continuity;

  // Whose beginning this is, on the scale of all lanes.
  private Segment segment;
  private long begin;
  private long read;

  // Where the hole begins behind which there is too little text, and how much there is.
  private long hole = NOWHERE;
  private long behindHole;

  private ReadLane(Continuity continuity) {
    this.continuity = continuity;
    this.segment = continuity.segment();
  }

  /** Nothing of a lane in a segment, nobody knows where in it. */
  static ReadLane in(Segment segment) {
    return new ReadLane(Continuity.somewhereIn(segment));
  }

  /** Finds which text a record is. */
  Optional<Taken> find(Place place, int tokens) {
    return continuity.take(place, tokens) instanceof Taken taken
        ? Optional.of(taken)
        : Optional.empty();
  }

  /**
   * Counts text.
   *
   * @param enough how many tokens behind a hole have a chunk in them
   */
  void count(Taken taken, int tokens, int enough) {
    leaveHole(taken.missing());
    int gained = tokens - taken.repeated();
    // What is filled was counted when it was refused.
    read += gained - taken.filled();
    behindHole += hole == NOWHERE ? 0 : gained;
    if (behindHole >= enough) {
      hole = NOWHERE;
      behindHole = 0;
    }
  }

  /** Counts a record that is refused; it has no place where the headers name none. */
  void refuse(Optional<Place> place, int tokens) {
    leaveHole(continuity.refuse(place, tokens));
  }

  private void leaveHole(long tokens) {
    if (tokens > 0) {
      hole = hole == NOWHERE ? read : hole;
      behindHole = 0;
      read += tokens;
    }
  }

  /** The segment that a lane is in whose text goes on there. */
  Segment entered() {
    return continuity.segment();
  }

  /** Begins the segment at a place of the scale. */
  void enter(long begins) {
    segment = continuity.segment();
    begin = begins;
    read = 0;
    hole = NOWHERE;
    behindHole = 0;
  }

  /** The segment whose text is counted. */
  Segment segment() {
    return segment;
  }

  /** How far it has come on the scale. */
  long reached() {
    return begin + (hole == NOWHERE ? read : hole);
  }

  void write(DataOutput out) throws IOException {
    segment.write(out);
    out.writeLong(begin);
    out.writeLong(read);
    continuity.write(out);
    out.writeLong(hole);
    out.writeLong(behindHole);
  }

  /** Reads what {@link #write} wrote, in a format version of {@link AlignedLanes}. */
  static ReadLane read(DataInput in, int version) throws IOException {
    Segment segment = Segment.read(in);
    long begin = in.readLong();
    long read = in.readLong();
    ReadLane lane = new ReadLane(Continuity.read(Continuity.NO_LIMIT, segment, version > 2, in));
    lane.begin = begin;
    lane.read = read;
    if (version > 1) {
      lane.hole = in.readLong();
      lane.behindHole = in.readLong();
    }
    return lane;
  }
}
