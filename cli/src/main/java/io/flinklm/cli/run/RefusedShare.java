package io.flinklm.cli.run;

import io.flinklm.cli.screen.Figures;
import io.flinklm.lane.Refusal.Reason;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The share of text that is refused, of what has come lately. Lately is since as much came as a
 * batch holds, so that text which waits for its chunk to be full cannot tip the scales. Tails of
 * segments are no part of it. Not thread safe.
 */
final class RefusedShare {
  private final long enough;
  private final Set<Reason> said = EnumSet.noneOf(Reason.class);
  private Map<Reason, Long> before = Map.of();
  private long takenBefore;

  /**
   * Nothing has come yet.
   *
   * @param enough how many tokens a batch holds
   */
  RefusedShare(long enough) {
    this.enough = enough;
  }

  /**
   * Takes up all counts as they are now.
   *
   * @param taken tokens that were trained on or scored, or that wait for it
   * @return what is to be said: most of what came lately was refused
   */
  Optional<String> add(long taken, Map<Reason, Long> refused) {
    Map<Reason, Long> lately = new EnumMap<>(Reason.class);
    refused.forEach((reason, all) -> lately.put(reason, all - before.getOrDefault(reason, 0L)));
    long sum = lately.values().stream().mapToLong(Long::longValue).sum();
    long good = taken - takenBefore;
    if (Math.abs(sum) < enough && Math.abs(good) < enough) {
      return Optional.empty();
    }
    before = Map.copyOf(refused);
    takenBefore = taken;
    // After a restart the counts are those of the checkpoint, which is no news.
    boolean most = sum >= enough && sum > good;
    return most ? warning(commonest(lately), sum) : Optional.empty();
  }

  private static Map.Entry<Reason, Long> commonest(Map<Reason, Long> lately) {
    return lately.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
  }

  private Optional<String> warning(Map.Entry<Reason, Long> commonest, long sum) {
    Reason reason = commonest.getKey();
    return said.add(reason)
        ? Optional.of(
            "Most of the text that comes is refused: of the last %s refused tokens %s as %s: %s"
                .formatted(
                    Figures.count(sum),
                    Figures.count(commonest.getValue()),
                    reason.label(),
                    reason.right()))
        : Optional.empty();
  }
}
