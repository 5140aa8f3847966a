package io.flinklm.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinklm.job.record.DeadLetter;
import io.flinklm.job.record.TextRecord;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Segment;
import io.flinklm.text.Words;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A text with one record of each kind that cannot be used, and what has to come of them.
 *
 * @param lanes records of each lane, and last those whose key names none
 * @param deadLetters what has to be in dead letters, in any order
 * @param refused tokens of the records that cannot be used, by reason
 */
record DamagedText(
    List<List<TextRecord>> lanes, List<DeadLetter> deadLetters, Map<Reason, Long> refused) {

  static DamagedText of(SmallText text) {
    DamagedText damaged =
        new DamagedText(text.records(new Random(7)), new ArrayList<>(), new HashMap<>());
    damaged.repeat();
    damaged.comeLate();
    damaged.nameATokenOutsideTheVocabulary();
    damaged.leaveUtf8();
    damaged.loseARecord();
    damaged.spoilAHeader();
    damaged.nameNoLane();
    return damaged;
  }

  private void repeat() {
    TextRecord record = lanes.get(0).get(3);
    lanes.get(0).add(4, record);
    refused.put(Reason.REPEATED, tokens(record));
  }

  private void comeLate() {
    TextRecord late = SmallText.record(0, Segment.FIRST, 49, 1, 2);
    lanes.get(0).add(late);
    letter(late, Reason.LATE, "late: lane 0 is in epoch 1 valid already; this is epoch 0 train");
  }

  private void nameATokenOutsideTheVocabulary() {
    TextRecord good = lanes.get(1).get(5);
    String value = new String(good.value(), UTF_8).replaceFirst("\\w+", "million");
    TextRecord bad = withValue(good, value.getBytes(UTF_8));
    lanes.get(1).set(5, bad);
    letter(
        bad,
        Reason.UNKNOWN_TOKEN,
        "token 1, 'million', is not in the vocabulary, which has no <unk>");
  }

  private void leaveUtf8() {
    TextRecord good = lanes.get(1).get(14);
    byte[] value = good.value().clone();
    value[1] = (byte) 0xff;
    TextRecord bad = withValue(good, value);
    lanes.get(1).set(14, bad);
    letter(bad, Reason.BAD_TEXT, "not UTF-8 at byte 1 of the text");
  }

  private void loseARecord() {
    TextRecord lost = lanes.get(2).remove(4);
    TextRecord next = lanes.get(2).get(4);
    letter(
        next,
        Reason.GAP,
        "gap: lane 2, epoch 0 train, expected position "
            + lost.position()
            + ", found "
            + next.position());
  }

  private void spoilAHeader() {
    TextRecord good = lanes.get(3).get(6);
    TextRecord bad =
        new TextRecord(good.key(), good.value(), "x", good.split(), good.position(), "text", 3, 6);
    lanes.get(3).set(6, bad);
    letter(
        bad,
        Reason.BAD_HEADER,
        "header epoch must be a whole number of 0 or more in decimal; found 'x'");
  }

  private void nameNoLane() {
    TextRecord bad =
        new TextRecord("17".getBytes(UTF_8), "one two".getBytes(UTF_8), null, null, null, "", 0, 0);
    lanes.add(List.of(bad));
    letter(
        bad,
        Reason.BAD_KEY,
        "the key must be the number of a lane, 0 to 3, in decimal; found '17'");
  }

  private void letter(TextRecord record, Reason reason, String error) {
    deadLetters.add(DeadLetter.of(record, error));
    refused.put(reason, tokens(record));
  }

  private static TextRecord withValue(TextRecord good, byte[] value) {
    return new TextRecord(
        good.key(),
        value,
        good.epoch(),
        good.split(),
        good.position(),
        good.topic(),
        good.partition(),
        good.offset());
  }

  /** Tokens in all records. */
  long tokens() {
    return lanes.stream().flatMap(List::stream).mapToLong(DamagedText::tokens).sum();
  }

  private static long tokens(TextRecord record) {
    return Words.count(record.value());
  }
}
