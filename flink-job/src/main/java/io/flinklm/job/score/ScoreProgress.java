package io.flinklm.job.score;

import io.flinklm.job.wire.ChunkSurprisals;
import io.flinklm.job.wire.RecordPlace;
import io.flinklm.job.wire.TextOwner;
import io.flinklm.job.wire.TextRun;
import io.flinklm.lane.Segment;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * How far the places and the surprisals of one lane or stream have come, each on its own way, and
 * whether its stream has ended on both. Not thread safe.
 */
final class ScoreProgress {
  private static final long NOWHERE = -1;

  private TextRun newest;
  private long newestPosition = NOWHERE;
  private long placesEnded = Long.MIN_VALUE;
  private long tokensEnded = Long.MIN_VALUE;
  private long lastBegan = Long.MIN_VALUE;

  ScoreProgress(TextOwner owner) {
    this.newest = new TextRun(owner, Segment.FIRST, Long.MIN_VALUE);
  }

  void came(RecordPlace place) {
    lastBegan = Math.max(lastBegan, place.run().began());
  }

  void came(ChunkSurprisals chunk) {
    newest = chunk.run();
    newestPosition = chunk.from() + chunk.tokens().length - 1;
    lastBegan = Math.max(lastBegan, newest.began());
  }

  void endPlaces(long time) {
    placesEnded = Math.max(placesEnded, time);
  }

  void endTokens(long time) {
    tokensEnded = Math.max(tokensEnded, time);
  }

  /** Whether all surprisals of a record have come that will. */
  boolean isComplete(RecordPlace place) {
    int order = newest.compareTo(place.run());
    return order > 0
        || (order == 0 && newestPosition >= place.to() - 1)
        || place.run().began() <= tokensEnded;
  }

  /** Whether nothing comes any more of all that has begun. */
  boolean isOver() {
    return lastBegan <= Math.min(placesEnded, tokensEnded);
  }

  void write(DataOutput out) throws IOException {
    newest.write(out);
    out.writeLong(newestPosition);
    out.writeLong(placesEnded);
    out.writeLong(tokensEnded);
    out.writeLong(lastBegan);
  }

  static ScoreProgress read(TextOwner owner, DataInput in) throws IOException {
    ScoreProgress progress = new ScoreProgress(owner);
    progress.newest = TextRun.read(owner, in);
    progress.newestPosition = in.readLong();
    progress.placesEnded = in.readLong();
    progress.tokensEnded = in.readLong();
    progress.lastBegan = in.readLong();
    return progress;
  }

  /** Reads what an older build wrote of a lane, which has no ends. */
  static ScoreProgress readOfLane(TextOwner lane, DataInput in) throws IOException {
    ScoreProgress progress = new ScoreProgress(lane);
    progress.newest = TextRun.of(lane.lane(), Segment.read(in));
    progress.newestPosition = in.readLong();
    progress.lastBegan = progress.newest.began();
    return progress;
  }
}
