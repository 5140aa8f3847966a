package io.flinklm.job.wire;

import io.flinklm.replica.Round;
import java.nio.ByteBuffer;

/**
 * What replicas learn of each other, by way of the topic {@code replicas}. Each tells its
 * publication in pieces; what all of them hear is the attempt that these belong to, where each
 * replica is, and the mean of a round in pieces.
 */
public sealed interface ReplicaMessage {

  /**
   * The job has started, for the first time or anew, or a record of the topic was damaged: what
   * replicas told before that counts no more, and each of them tells once more what the others may
   * not have heard.
   *
   * @param name of this attempt, which no other has
   */
  record Attempt(String name) implements ReplicaMessage {}

  /**
   * A replica has left a round. If that makes the round complete, all pieces of its mean have come
   * before.
   *
   * @param replica who it is
   * @param next the round that it is in now, at the earliest
   */
  record Left(int replica, Round next) implements ReplicaMessage {}

  /**
   * A piece of the mean of a round that some replica took steps in.
   *
   * @param round that it is
   * @param step steps done behind it
   * @param index of the piece, from 0
   * @param state the piece, which whoever gave it may overwrite soon
   */
  record MeanPiece(Round round, long step, int index, ByteBuffer state) implements ReplicaMessage {}

  /** A barrier comes next; whoever slows text lets it come from there too. */
  record BarrierComes() implements ReplicaMessage {}
}
