package io.flinklm.job.wire;

import io.flinklm.stream.StreamTurn;

/** What whoever makes the batches of streams tells a replica, in one order for all of them. */
public sealed interface TurnEvent {

  /** The replica whose event it is. */
  int replica();

  /**
   * What comes next for it.
   *
   * @param replica whose it is
   * @param turn that comes next
   */
  record Next(int replica, StreamTurn turn) implements TurnEvent {}

  /**
   * No more text comes.
   *
   * @param replica that learns of it
   */
  record End(int replica) implements TurnEvent {}

  /**
   * How far the topic was read by one of its readers, as it is told before a barrier. Any replica
   * passes it on.
   *
   * @param offsets by partition
   */
  record Offsets(TextOffsets offsets) implements TurnEvent {
    @Override
    public int replica() {
      return 0;
    }
  }
}
