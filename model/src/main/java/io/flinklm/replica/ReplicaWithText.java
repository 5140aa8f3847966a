package io.flinklm.replica;

import io.flinklm.train.Taken;
import java.util.Optional;

/** A replica and the text that waits for it, of lanes or of streams. */
public interface ReplicaWithText extends AutoCloseable {

  /** The replica. */
  Replica replica();

  /**
   * Its next turn, which stays that until it is taken or passed; empty where it waits for text.
   *
   * @param ended whether no more text will come
   */
  Optional<Turn> next(boolean ended);

  /** Takes up the hidden states that the rows of its turn start from. */
  void start();

  /**
   * Takes the rows of its turn, for which it has started and all replicas are where that is.
   *
   * @throws io.flinklm.train.NonfiniteException as {@link Replica#take}
   */
  Taken take();

  /** Goes past its turn, where it has no rows. */
  void pass();

  /** SHA-256 over the hidden states of all its text. */
  String hiddenStatesSha256();

  @Override
  void close();
}
