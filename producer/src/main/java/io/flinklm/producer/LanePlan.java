package io.flinklm.producer;

import io.flinklm.UserMistake;
import io.flinklm.lane.Lanes;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.text.TokenizedText;
import io.flinklm.topics.LaneKey;
import io.flinklm.topics.LaneRecord;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What is published of a text, and in which order: for each epoch, for each split that has windows,
 * round after round, where a round is the next record of every lane that has one left. Equal plans
 * give equal records.
 *
 * @param text the whole text
 * @param lanes where each lane's text lies in it
 * @param epochs how many passes over it; {@link #ENDLESS} for no end
 * @param tokensPerRecord at most so many tokens in a record, unless the text is in pieces: then
 *     each of them is one
 * @param interleaving the order of lanes in a round
 * @param published by lane, the last record that need not be published again; a lane not in it
 *     starts from its beginning
 */
public record LanePlan(
    TokenizedText text,
    Lanes lanes,
    int epochs,
    int tokensPerRecord,
    Interleaving interleaving,
    Map<Integer, LaneRecord> published)
    implements Iterable<LaneRecord> {
  /** Epochs of a text that repeats forever. */
  public static final int ENDLESS = Integer.MAX_VALUE;

  /** At most so many tokens are in a record unless it is said otherwise. */
  public static final int TOKENS_PER_RECORD = 64;

  public LanePlan {
    if (tokensPerRecord < 1 || epochs < 0) {
      throw new IllegalArgumentException(
          tokensPerRecord + " tokens per record, " + epochs + " epochs");
    }
    published = Map.copyOf(published);
  }

  /** The whole text, lanes in order, 64 tokens a record. */
  public static LanePlan of(TokenizedText text, Lanes lanes, int epochs) {
    return new LanePlan(
        text, lanes, epochs, TOKENS_PER_RECORD, Interleaving.IN_LANE_ORDER, Map.of());
  }

  /** The same with records of so many tokens. */
  public LanePlan withTokensPerRecord(int tokens) {
    return new LanePlan(text, lanes, epochs, tokens, interleaving, published);
  }

  /** The same with another order of the lanes' records. */
  public LanePlan withInterleaving(Interleaving other) {
    return new LanePlan(text, lanes, epochs, tokensPerRecord, other, published);
  }

  /**
   * The rest of this plan when so much of it is published already.
   *
   * @param last by lane, its last record
   * @throws UserMistake if these are no records of this text in these lanes
   */
  public LanePlan after(Map<Integer, LaneRecord> last) {
    last.values().forEach(this::requireOurs);
    return new LanePlan(text, lanes, epochs, tokensPerRecord, interleaving, last);
  }

  /**
   * Tokens that this plan publishes.
   *
   * @throws IllegalStateException if it is endless
   */
  public long tokens() {
    requireEnd();
    return IntStream.range(0, lanes.count()).mapToLong(this::tokens).sum();
  }

  /**
   * Records that this plan publishes in each lane.
   *
   * @throws IllegalStateException if it is endless
   */
  public Map<Integer, Long> recordsPerLane() {
    requireEnd();
    return IntStream.range(0, lanes.count())
        .boxed()
        .collect(Collectors.toMap(Function.identity(), this::records, Long::sum, TreeMap::new));
  }

  /**
   * Records that this plan publishes in each partition, those without any included.
   *
   * @param partitions of the topic
   * @throws IllegalStateException if it is endless
   */
  public Map<Integer, Long> recordsPerPartition(int partitions) {
    Map<Integer, Long> records = new TreeMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      records.put(partition, 0L);
    }
    recordsPerLane()
        .forEach(
            (lane, count) -> records.merge(LaneKey.partition(lane, partitions), count, Long::sum));
    return records;
  }

  @Override
  public Iterator<LaneRecord> iterator() {
    return new LanePlanIterator(this);
  }

  /** The epoch in which a lane goes on. */
  int firstEpoch(int lane) {
    return published.containsKey(lane) ? published.get(lane).segment().epoch() : 0;
  }

  /** Where a lane's text goes on in a segment; the segment's length if nothing of it is left. */
  int start(int lane, Segment segment) {
    LaneRecord last = published.get(lane);
    int order = last == null ? -1 : last.segment().compareTo(segment);
    if (order > 0) {
      return lanes.length(segment.split(), lane);
    }
    return order == 0 ? last.end() : 0;
  }

  /** The record of a lane's text between two positions of a segment. */
  LaneRecord record(int lane, Segment segment, int from, int to) {
    byte[] value = cut().text(segment.split(), lane, from, to);
    return new LaneRecord(lane, segment, from, value, to - from);
  }

  /** How the lanes are cut into records. */
  RecordCut cut() {
    return text.pieces()
        .<RecordCut>map(pieces -> new PieceRecords(pieces, lanes))
        .orElseGet(() -> new EqualRecords(text, lanes, tokensPerRecord));
  }

  /** Rounds of a segment: records of the lane that has the most. */
  int rounds(Split split) {
    RecordCut cut = cut();
    return IntStream.range(0, lanes.count()).map(lane -> cut.count(split, lane)).max().orElse(0);
  }

  private long tokens(int lane) {
    long tokens = 0;
    int first = firstEpoch(lane);
    for (Split split : Split.values()) {
      long all = (long) Math.max(0, epochs - first) * lanes.length(split, lane);
      tokens += Math.max(0, all - start(lane, new Segment(first, split)));
    }
    return tokens;
  }

  private long records(int lane) {
    long records = 0;
    int first = firstEpoch(lane);
    for (Split split : Split.values()) {
      int start = start(lane, new Segment(first, split));
      // A record that was begun is finished by a shorter one.
      int rounds = cut().count(split, lane);
      int before = start == lanes.length(split, lane) ? rounds : cut().at(split, lane, start);
      records += Math.max(0, (long) (epochs - first) * rounds - before);
    }
    return records;
  }

  private void requireEnd() {
    if (epochs == ENDLESS) {
      throw new IllegalStateException("an endless plan cannot be counted");
    }
  }

  private void requireOurs(LaneRecord last) {
    Split split = last.segment().split();
    int lane = last.lane();
    boolean inside = lane < lanes.count() && last.end() <= lanes.length(split, lane);
    if (!inside || !last.equals(record(lane, last.segment(), last.position(), last.end()))) {
      throw new UserMistake(
          ("what was published before is another text or was cut into other lanes: lane %d, %s,"
                  + " position %d does not fit; give the --corpus, --lanes and --bptt of before, or"
                  + " an empty topic")
              .formatted(last.lane(), last.segment(), last.position()));
    }
  }
}
