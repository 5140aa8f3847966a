package io.flinklm.replica;

import java.util.Arrays;
import java.util.stream.IntStream;

/** In which round each replica of a training is, as far as it has told. Not thread safe. */
public final class ReplicaPlaces {
  private final Round[] at;

  /** Those of so many replicas, which have not told anything yet. */
  public ReplicaPlaces(int count) {
    at = new Round[count];
    Arrays.fill(at, Round.FIRST);
  }

  /** Takes up where a replica is; what it tells a second time changes nothing. */
  public void add(int replica, Round next) {
    if (next.compareTo(at[replica]) > 0) {
      at[replica] = next;
    }
  }

  /** Whether every replica has come to a round, so that its batches may be taken. */
  public boolean allAt(Round round) {
    return slowest().compareTo(round) >= 0;
  }

  /** The round that the replica is in that is furthest behind. */
  public Round slowest() {
    return Arrays.stream(at).min(Round::compareTo).orElseThrow();
  }

  /** The round that the replica is in that is furthest ahead. */
  public Round furthest() {
    return Arrays.stream(at).max(Round::compareTo).orElseThrow();
  }

  /** The replicas that have not come to a round yet, ascending. */
  public int[] awaited(Round round) {
    return IntStream.range(0, at.length)
        .filter(replica -> at[replica].compareTo(round) < 0)
        .toArray();
  }
}
