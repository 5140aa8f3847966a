package io.flinklm.text;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How often each word or character stands in a text, by first appearance. Not thread safe. */
public final class TokenCounts {
  private final Map<String, Long> counts = new LinkedHashMap<>();

  /** Counts one more. */
  void add(String token) {
    counts.merge(token, 1L, Long::sum);
  }

  /** Counts what others have counted, behind what is here. */
  public void addAll(TokenCounts others) {
    others.counts.forEach((token, count) -> counts.merge(token, count, Long::sum));
  }

  /** How many were counted. */
  long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** All of them, by first appearance. */
  List<String> distinct() {
    return List.copyOf(counts.keySet());
  }

  /** The most frequent, of several as frequent the first; by first appearance. */
  List<String> mostFrequent(long most) {
    if (counts.size() <= most) {
      return distinct();
    }
    // The sort is stable.
    var kept =
        counts.entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
            .limit(most)
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    return counts.keySet().stream().filter(kept::contains).toList();
  }
}
