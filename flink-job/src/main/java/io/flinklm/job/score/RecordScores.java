package io.flinklm.job.score;

import io.flinklm.Blob;
import io.flinklm.Quotation;
import io.flinklm.job.wire.ChunkSurprisals;
import io.flinklm.job.wire.RecordPlace;
import io.flinklm.job.wire.TextOwner;
import io.flinklm.job.wire.TextRun;
import io.flinklm.lane.Segment;
import io.flinklm.topics.Score;
import java.io.DataInput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Brings the records of one lane or stream together with the surprisals of their tokens. Both come
 * in the order of the text, on two ways of which either may be ahead. A record is scored when a
 * token at its end or behind it was: what has no surprisal by then, behind a hole for one, never
 * gets any. What is usual is that of the records before it. Not thread safe.
 */
final class RecordScores {
  private static final String KIND = "SCOR";

  // Version 1: places, tokens, run and position of the newest token that came.
  // Version 2: the same with when each run began, how far places and tokens have ended, the newest
  // beginning, what is usual and since when.
  private static final int VERSION = 2;
  private static final double NATS_PER_BIT = Math.log(2);

  private final TextOwner owner;
  private final Deque<RecordPlace> places = new ArrayDeque<>();
  private final Deque<ScoredToken> tokens = new ArrayDeque<>();
  private ScoreProgress progress;
  private UsualSurprisal usual = new UsualSurprisal();
  private long usualSince;

  RecordScores(TextOwner owner) {
    this.owner = owner;
    this.progress = new ScoreProgress(owner);
  }

  /** Takes the place of the next record. */
  void add(RecordPlace place) {
    places.add(place);
    progress.came(place);
  }

  /** Takes the surprisals of the next chunk. */
  void add(ChunkSurprisals chunk) {
    tokens.addAll(ScoredToken.of(chunk));
    progress.came(chunk);
  }

  /** Learns that no more places come of what began up to a time. */
  void endPlaces(long time) {
    progress.endPlaces(time);
  }

  /** Learns that no more tokens come of what began up to a time. */
  void endTokens(long time) {
    progress.endTokens(time);
  }

  /** Whether nothing comes any more of all that has begun. */
  boolean isOver() {
    return places.isEmpty() && progress.isOver();
  }

  /**
   * Gives the scores that are complete.
   *
   * @param text of a token id
   */
  void complete(IntFunction<String> text, Consumer<Score> scores) {
    while (!places.isEmpty() && progress.isComplete(places.peek())) {
      scores.accept(score(places.remove(), text));
    }
  }

  /** Gives the scores of all records, since no more tokens come. */
  void end(IntFunction<String> text, Consumer<Score> scores) {
    while (!places.isEmpty()) {
      scores.accept(score(places.remove(), text));
    }
  }

  private Score score(RecordPlace place, IntFunction<String> text) {
    TextRun run = place.run();
    while (!tokens.isEmpty() && tokens.peek().isBefore(run, place.from())) {
      tokens.remove();
    }
    Deque<ScoredToken> own = new ArrayDeque<>();
    while (!tokens.isEmpty() && tokens.peek().isBefore(run, place.to())) {
      own.add(tokens.remove());
    }
    double bits =
        own.stream().mapToDouble(ScoredToken::nats).average().orElse(Double.NaN) / NATS_PER_BIT;
    ScoredToken least =
        own.stream().max(Comparator.comparingDouble(ScoredToken::nats)).orElse(null);
    // A stream that starts anew has no past.
    if (usualSince != run.began()) {
      usual = new UsualSurprisal();
      usualSince = run.began();
    }
    Score score =
        new Score(
            owner.lane(),
            owner.isStream() ? owner.stream() : null,
            run.segment().epoch(),
            run.segment().split().label(),
            place.from(),
            place.partition(),
            place.offset(),
            Math.toIntExact(place.to() - place.from()),
            own.size(),
            bits,
            least == null ? null : Quotation.beginning(text.apply(least.id()), Score.LONGEST_TOKEN),
            least == null ? Double.NaN : least.nats() / NATS_PER_BIT,
            least == null ? 0 : own.getLast().step(),
            usual.mean(),
            usual.deviation(),
            usual.deviations(bits));
    usual.add(bits);
    return score;
  }

  /** All of it as a blob. */
  byte[] write() {
    return Blob.write(
        KIND,
        VERSION,
        out -> {
          out.writeInt(places.size());
          for (RecordPlace place : places) {
            place.run().write(out);
            place.write(out);
          }
          out.writeInt(tokens.size());
          for (ScoredToken token : tokens) {
            token.write(out);
          }
          progress.write(out);
          out.writeLong(usualSince);
          usual.write(out);
        });
  }

  /** Reads what {@link #write} wrote, in this version or an older one. */
  static RecordScores read(TextOwner owner, byte[] blob) {
    return Blob.read(
        KIND, VERSION, blob, (in, version) -> new RecordScores(owner).read(in, version));
  }

  private RecordScores read(DataInput in, int version) throws IOException {
    for (int left = in.readInt(); left > 0; left--) {
      places.add(RecordPlace.read(readRun(in, version), in));
    }
    for (int left = in.readInt(); left > 0; left--) {
      tokens.add(ScoredToken.read(readRun(in, version), in));
    }
    if (version == 1) {
      progress = ScoreProgress.readOfLane(owner, in);
    } else {
      progress = ScoreProgress.read(owner, in);
      usualSince = in.readLong();
      usual = UsualSurprisal.read(in);
    }
    return this;
  }

  // The first version was of lanes alone.
  private TextRun readRun(DataInput in, int version) throws IOException {
    return version > 1 ? TextRun.read(owner, in) : TextRun.of(owner.lane(), Segment.read(in));
  }
}
