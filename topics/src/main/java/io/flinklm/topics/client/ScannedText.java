package io.flinklm.topics.client;

import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.lane.Windows;
import io.flinklm.text.TextForm;
import io.flinklm.text.TokenCounts;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.TokenizerChoice;
import io.flinklm.topics.DoubtedSegment;
import io.flinklm.topics.TextReading;
import io.flinklm.topics.TextReading.Text;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The text of a topic, by segment and lane: how many tokens and which. What a training refuses for
 * what the record alone says is not in it, nor is a segment far ahead that no second record
 * confirms. Not thread safe.
 */
final class ScannedText {
  private static final int PROMPTS = 3;

  private final TokenizerChoice choice;
  private final TextForm form;
  private final Map<Segment, Map<Integer, LaneTokens>> bySegment = new TreeMap<>();
  private final Map<Integer, Lane> lanes = new HashMap<>();
  private long tokens;

  /** Tokens of a lane in a segment: how many, and which. */
  private final class LaneTokens {
    private long count;
    private final TokenCounts counts = new TokenCounts();
    private String beginning = "";

    void add(Text text) {
      count += text.tokens();
      choice.count(text.text(), counts);
      if (beginning.isEmpty()) {
        beginning = form.beginning(text.text());
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

  /**
   * No text yet.
   *
   * @param choice the tokenizer that is asked for
   * @param form of the text
   */
  ScannedText(TokenizerChoice choice, TextForm form) {
    this.choice = choice;
    this.form = form;
  }

  /** Counts the next record of a partition. */
  void add(TextReading reading) {
    tokens += reading.tokens();
    if (reading instanceof Text text
        && lanes.computeIfAbsent(text.lane(), lane -> new Lane()).believes(text)) {
      bySegment
          .computeIfAbsent(text.place().segment(), segment -> new TreeMap<>())
          .computeIfAbsent(text.lane(), lane -> new LaneTokens())
          .add(text);
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
        .distinct()
        .toList();
  }

  /** The tokenizer of what was counted, segment by segment and lane by lane. */
  Tokenizer tokenizer() {
    TokenCounts all = new TokenCounts();
    bySegment.values().forEach(of -> of.values().forEach(text -> all.addAll(text.counts)));
    return choice.learned(all);
  }
}
