package io.flinklm.topics.client;

import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.lane.Windows;
import io.flinklm.text.Vocabulary;
import io.flinklm.topics.DoubtedSegment;
import io.flinklm.topics.TextReading;
import io.flinklm.topics.TextReading.Text;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The text of a topic, by segment and lane: how many tokens and which. What a training refuses for
 * what the record alone says is not in it, nor is a segment far ahead that no second record
 * confirms. Not thread safe.
 */
final class ScannedText {
  private static final int PROMPTS = 3;
  private static final int PROMPT_TOKENS = 10;

  private final Map<Segment, Map<Integer, LaneTokens>> bySegment = new TreeMap<>();
  private final Map<Integer, Lane> lanes = new HashMap<>();
  private long tokens;

  /** Tokens of a lane in a segment: how many, and the distinct ones by first appearance. */
  private static final class LaneTokens {
    private long count;
    private final Set<String> distinct = new LinkedHashSet<>();
    private List<String> beginning = List.of();

    void add(List<String> words) {
      count += words.size();
      distinct.addAll(words);
      if (beginning.isEmpty()) {
        beginning = words.subList(0, Math.min(PROMPT_TOKENS, words.size()));
      }
    }
  }

  /** The newest segment of a lane, and one far ahead of it. */
  private static final class Lane {
    private Segment newest = Segment.FIRST;
    private final DoubtedSegment doubted = new DoubtedSegment();

    boolean believes(Text text) {
      Segment segment = text.place().segment();
      long position = text.place().position();
      if (DoubtedSegment.isFar(segment, newest) && !doubted.isConfirmedBy(segment, position)) {
        doubted.name(segment, position, text.tokens());
        return false;
      }
      doubted.forget();
      newest = segment.compareTo(newest) > 0 ? segment : newest;
      return true;
    }
  }

  /** Counts the next record of a partition. */
  void add(TextReading reading) {
    tokens += reading.tokens();
    if (reading instanceof Text text
        && lanes.computeIfAbsent(text.lane(), lane -> new Lane()).believes(text)) {
      bySegment
          .computeIfAbsent(text.place().segment(), segment -> new TreeMap<>())
          .computeIfAbsent(text.lane(), lane -> new LaneTokens())
          .add(text.words());
    }
  }

  /** Tokens in all records, be they text or not. */
  long tokens() {
    return tokens;
  }

  boolean isEmpty() {
    return bySegment.isEmpty();
  }

  /** Training steps that the text will make: in each train segment as many as its longest lane. */
  long steps(Windows cut) {
    return bySegment.entrySet().stream()
        .filter(segment -> segment.getKey().split() == Split.TRAIN)
        .mapToLong(
            segment ->
                segment.getValue().values().stream()
                    .mapToLong(text -> cut.count(text.count))
                    .max()
                    .orElse(0))
        .sum();
  }

  /** Epochs that the text has; of more than an int can count, as many as it can. */
  int epochs() {
    return bySegment.keySet().stream()
        .mapToInt(segment -> Math.min(segment.epoch(), Integer.MAX_VALUE - 1) + 1)
        .max()
        .orElse(0);
  }

  /** Beginnings of three lanes of the last segment. */
  List<String> prompts() {
    List<LaneTokens> last =
        bySegment.values().stream().reduce((a, b) -> b).orElse(Map.of()).values().stream().toList();
    return IntStream.range(0, Math.min(PROMPTS, last.size()))
        .mapToObj(i -> last.get(i * last.size() / PROMPTS).beginning)
        .map(words -> String.join(" ", words))
        .distinct()
        .toList();
  }

  /** The distinct tokens by first appearance, segment by segment and lane by lane. */
  Vocabulary vocabulary() {
    Set<String> distinct = new LinkedHashSet<>();
    bySegment.values().forEach(of -> of.values().forEach(text -> distinct.addAll(text.distinct)));
    return Vocabulary.of(distinct);
  }
}
