package io.flinklm.job.wire;

import io.flinklm.lane.Refusal;
import io.flinklm.lane.Segment;
import io.flinklm.train.Taken;

/**
 * What a replica tells whoever keeps the books of the training, who is one for all replicas; in the
 * order in which it happened.
 */
public sealed interface ReplicaEvent {

  /**
   * It took a batch.
   *
   * @param replica who it is
   * @param taken what came of it
   */
  record Took(int replica, Taken taken) implements ReplicaEvent {}

  /**
   * It had no rows of a batch of all replicas.
   *
   * @param replica who it is
   * @param segment of the batch
   * @param index of the batch in its segment
   */
  record Passed(int replica, Segment segment, int index) implements ReplicaEvent {}

  /**
   * Tokens to count as refused, behind its batches before.
   *
   * @param replica who they were for
   * @param refusal why, and how many
   */
  record Refused(int replica, Refusal refusal) implements ReplicaEvent {}

  /**
   * How far the text was read.
   *
   * @param offsets by partition
   */
  record Read(TextOffsets offsets) implements ReplicaEvent {}

  /**
   * The weights of all replicas behind a round; told by the first replica alone.
   *
   * @param step steps done behind it
   * @param safetensors the parameters as a safetensors file
   */
  record Averaged(long step, byte[] safetensors) implements ReplicaEvent {}

  /**
   * It takes no more batches, and no replica does.
   *
   * @param replica who it is
   * @param hiddenStatesSha256 of its hidden states
   */
  record Ended(int replica, String hiddenStatesSha256) implements ReplicaEvent {}
}
