package io.flinklm.job.score;

import io.flinklm.Blob;
import io.flinklm.Quotation;
import io.flinklm.job.wire.ChunkSurprisals;
import io.flinklm.job.wire.RecordPlace;
import io.flinklm.lane.Segment;
import io.flinklm.topics.Score;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Brings one lane's records together with the surprisals of their tokens. Both come in the lane's
 * order, on two ways of which either may be ahead. A record is scored when a token at its end or
 * behind it was: what has no surprisal by then, behind a hole for one, never gets any. Not thread
 * safe.
 */
final class LaneScores {
  private static final String KIND = "SCOR";

  // Version 1: places, tokens, segment and position of the newest token that came.
  private static final int VERSION = 1;
  private static final long NOWHERE = -1;
  private static final double NATS_PER_BIT = Math.log(2);

  private final int lane;
  private final Deque<RecordPlace> places = new ArrayDeque<>();
  private final Deque<Token> tokens = new ArrayDeque<>();
  private Segment newest = Segment.FIRST;
  private long newestPosition = NOWHERE;

  private record Token(Segment segment, long position, int id, float nats, long step) {
    boolean isBefore(Segment other, long place) {
      int order = segment.compareTo(other);
      return order < 0 || (order == 0 && position < place);
    }
  }

  LaneScores(int lane) {
    this.lane = lane;
  }

  /** Takes the place of the lane's next record. */
  void add(RecordPlace place) {
    places.add(place);
  }

  /** Takes the surprisals of the lane's next chunk. */
  void add(ChunkSurprisals chunk) {
    for (int i = 0; i < chunk.tokens().length; i++) {
      long position = chunk.from() + i;
      int id = chunk.tokens()[i];
      tokens.add(new Token(chunk.segment(), position, id, chunk.nats()[i], chunk.step()));
    }
    newest = chunk.segment();
    newestPosition = chunk.from() + chunk.tokens().length - 1;
  }

  /**
   * Gives the scores that are complete.
   *
   * @param text of a token id
   */
  void complete(IntFunction<String> text, Consumer<Score> scores) {
    while (!places.isEmpty() && isComplete(places.peek())) {
      scores.accept(score(places.remove(), text));
    }
  }

  /** Gives the scores of all records, since no more tokens come. */
  void end(IntFunction<String> text, Consumer<Score> scores) {
    while (!places.isEmpty()) {
      scores.accept(score(places.remove(), text));
    }
  }

  private boolean isComplete(RecordPlace place) {
    int order = newest.compareTo(place.segment());
    return order > 0 || (order == 0 && newestPosition >= place.to() - 1);
  }

  private Score score(RecordPlace place, IntFunction<String> text) {
    while (!tokens.isEmpty() && tokens.peek().isBefore(place.segment(), place.from())) {
      tokens.remove();
    }
    Deque<Token> own = new ArrayDeque<>();
    while (!tokens.isEmpty() && tokens.peek().isBefore(place.segment(), place.to())) {
      own.add(tokens.remove());
    }
    Token least = own.stream().max(Comparator.comparingDouble(Token::nats)).orElse(null);
    return new Score(
        lane,
        place.segment().epoch(),
        place.segment().split().label(),
        place.from(),
        place.partition(),
        place.offset(),
        Math.toIntExact(place.to() - place.from()),
        own.size(),
        own.stream().mapToDouble(Token::nats).average().orElse(Double.NaN) / NATS_PER_BIT,
        least == null ? null : Quotation.beginning(text.apply(least.id), Score.LONGEST_TOKEN),
        least == null ? Double.NaN : least.nats / NATS_PER_BIT,
        least == null ? 0 : own.getLast().step);
  }

  /** All of it as a blob. */
  byte[] write() {
    return Blob.write(
        KIND,
        VERSION,
        out -> {
          out.writeInt(places.size());
          for (RecordPlace place : places) {
            place.write(out);
          }
          out.writeInt(tokens.size());
          for (Token token : tokens) {
            token.segment.write(out);
            out.writeLong(token.position);
            out.writeInt(token.id);
            out.writeFloat(token.nats);
            out.writeLong(token.step);
          }
          newest.write(out);
          out.writeLong(newestPosition);
        });
  }

  /** Reads what {@link #write} wrote. */
  static LaneScores read(int lane, byte[] blob) {
    return Blob.read(
        KIND,
        VERSION,
        blob,
        (in, version) -> {
          LaneScores scores = new LaneScores(lane);
          for (int left = in.readInt(); left > 0; left--) {
            scores.places.add(RecordPlace.read(lane, in));
          }
          for (int left = in.readInt(); left > 0; left--) {
            scores.tokens.add(
                new Token(
                    Segment.read(in), in.readLong(), in.readInt(), in.readFloat(), in.readLong()));
          }
          scores.newest = Segment.read(in);
          scores.newestPosition = in.readLong();
          return scores;
        });
  }
}
