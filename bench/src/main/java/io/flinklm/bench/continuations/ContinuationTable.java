package io.flinklm.bench.continuations;

import io.flinklm.cli.screen.Figures;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How well several models continue numbers and what goes wrong, over all of them, for a person.
 *
 * @param results one a model, at least one
 */
record ContinuationTable(List<ContinuationResult> results) {
  private static final String SHARES = "%-30s  %7s  %5s  %5s";
  private static final String MISTAKES = "%-30s  %7s  %5s  %s";

  /** How often each kind of next number is right, and each kind of mistake with an example. */
  String toText() {
    return Stream.of(
            Stream.of(SHARES.formatted("next number", "prompts", "right", "share")),
            shares(ContinuedNumbers::thousand),
            shares(ContinuedNumbers::change),
            shares(one -> "all"),
            Stream.of("", MISTAKES.formatted("wrong", "prompts", "share", "expected | found")),
            mistakes())
        .flatMap(lines -> lines)
        .collect(Collectors.joining(System.lineSeparator()));
  }

  private Stream<String> shares(Function<ContinuedNumbers, String> group) {
    return by(group, all()).entrySet().stream()
        .map(
            of -> {
              int prompts = of.getValue().size();
              long right = of.getValue().stream().filter(ContinuedNumbers::isRight).count();
              return SHARES.formatted(of.getKey(), prompts, right, share(right, prompts));
            });
  }

  private Stream<String> mistakes() {
    List<ContinuedNumbers> wrong = results.stream().flatMap(of -> of.wrong().stream()).toList();
    int prompts = all().size();
    return by(ContinuedNumbers::mistake, wrong).entrySet().stream()
        .sorted(Comparator.comparing(kind -> -kind.getValue().size()))
        .map(
            kind -> {
              List<ContinuedNumbers> of = kind.getValue();
              ContinuedNumbers example = of.get(of.size() / 2);
              return MISTAKES.formatted(
                  kind.getKey(),
                  of.size(),
                  share(of.size(), prompts),
                  example.counted().next() + " | " + shown(example.found()));
            });
  }

  private List<ContinuedNumbers> all() {
    return results.stream().flatMap(result -> result.continued().stream()).toList();
  }

  private static Map<String, List<ContinuedNumbers>> by(
      Function<ContinuedNumbers, String> group, List<ContinuedNumbers> of) {
    return of.stream()
        .collect(
            Collectors.groupingBy(group, TreeMap::new, Collectors.toCollection(ArrayList::new)));
  }

  private static String shown(String found) {
    return found.isEmpty() ? "(nothing)" : found;
  }

  private static String share(long part, int of) {
    return Figures.shortDecimal((double) part / of);
  }
}
