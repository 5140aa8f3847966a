package io.flinklm.replica;

import io.flinklm.train.Replication;
import io.flinklm.train.WeightsMean;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is known of all replicas: in which round each of them is, and the weights of rounds that are
 * not complete. A round is complete once every replica is behind it; one that took no step in it
 * does not count. The order in which publications come decides nothing. Not thread safe.
 */
public final class Rounds {
  private final ReplicaPlaces places;
  private final NavigableMap<Round, NavigableMap<Integer, Publication>> published = new TreeMap<>();

  /**
   * A round that is complete.
   *
   * @param round that it is
   * @param step steps done behind it
   * @param mean of the weights that came out of it
   */
  public record Complete(Round round, long step, WeightsMean mean) {}

  /** Those of replicas that have not told anything yet. */
  public Rounds(Replication replication) {
    this.places = new ReplicaPlaces(replication.count());
  }

  /** Takes up what a replica tells; what it tells a second time changes nothing. */
  public void add(Publication of) {
    if (of.steps() > 0 && of.round().compareTo(places.slowest()) >= 0) {
      published.computeIfAbsent(of.round(), round -> new TreeMap<>()).putIfAbsent(of.replica(), of);
    }
    places.add(of.replica(), of.next());
  }

  /** The next round that is complete; each is given once, in their order. */
  public Optional<Complete> complete() {
    if (published.isEmpty() || published.firstKey().compareTo(places.slowest()) >= 0) {
      return Optional.empty();
    }
    Map.Entry<Round, NavigableMap<Integer, Publication>> first = published.pollFirstEntry();
    long step = first.getValue().values().stream().mapToLong(Publication::step).max().orElseThrow();
    WeightsMean mean =
        WeightsMean.of(
            first.getValue().values().stream()
                .map(of -> new WeightsMean.Share(of.steps(), of.weights().orElseThrow()))
                .toList(),
            step);
    return Optional.of(new Complete(first.getKey(), step, mean));
  }

  /** Whether every replica has come to a round, so that its batches may be taken. */
  public boolean allAt(Round round) {
    return places.allAt(round);
  }
}
