package io.flinklm.job.lane;

import io.flinklm.Quotation;
import io.flinklm.job.record.DeadLetter;
import io.flinklm.job.record.TextRecord;
import io.flinklm.job.state.KeptCounters;
import io.flinklm.job.state.RefusedStateException;
import io.flinklm.job.wire.LaneText;
import io.flinklm.job.wire.TextOffsets;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.Tokenizer.UnknownTokenException;
import io.flinklm.text.Tokenizer.UnreadableTextException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Reads a record of the topic {@code text}: its lane, its headers, its tokens. What cannot be read
 * goes to dead letters and, as a refusal, on to its lane. An operator and not a process function,
 * because it tells how far it has read before each barrier.
 *
 * <p>State: {@link LanesAndVocabulary}, as a blob; each subtask has the same. And {@link
 * KeptCounters}.
 */
public final class Tokenize extends AbstractStreamOperator<LaneText>
    implements OneInputStreamOperator<TextRecord, LaneText>, BoundedOneInput {
  private static final long serialVersionUID = 1;
  private static final Pattern DIGITS = Pattern.compile("[0-9]+");
  private static final long NONE = -1;
  private final Tokenizer tokenizer;
  private final int lanes;
  private transient Map<Integer, Long> offsets;
  private transient KeptCounters counters;
  private transient boolean toldOfMarks;

  /** A tokenizer of the text of so many lanes. */
  public Tokenize(Tokenizer tokenizer, int lanes) {
    this.tokenizer = tokenizer;
    this.lanes = lanes;
  }

  // Before the first record is read.
  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    LanesAndVocabulary readBy = new LanesAndVocabulary(lanes, tokenizer.vocabulary().fingerprint());
    RefusedStateException.endingTheJob(() -> readBy.keepIn(context.getOperatorStateStore()));
    offsets = new HashMap<>();
    counters =
        new KeptCounters(
            getMetricGroup(),
            context.getOperatorStateStore(),
            KeptCounters.DEAD_LETTERS,
            KeptCounters.BYTE_ORDER_MARKS);
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    counters.keep();
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    emitOffsets();
  }

  @Override
  public void endInput() {
    emitOffsets();
  }

  private void emitOffsets() {
    if (!offsets.isEmpty()) {
      emit(LaneText.of(new TextOffsets(Map.copyOf(offsets))));
    }
  }

  /** A record that cannot be used; the message goes into the dead letter. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;
    private final Reason reason;

    RefusedException(Reason reason, String message) {
      super(message);
      this.reason = reason;
    }
  }

  @Override
  public void processElement(StreamRecord<TextRecord> element) {
    TextRecord record = element.getValue();
    offsets.merge(record.partition(), record.offset() + 1, Math::max);
    if (record.behindLostText()) {
      // Which lanes are of a partition, each lane knows itself.
      for (int each = 0; each < lanes; each++) {
        emit(LaneText.lost(each, record.partition()));
      }
    }
    int lane = LaneText.NO_LANE;
    Segment segment = null;
    long position = LaneText.UNCHECKED;
    try {
      lane = lane(record, lanes);
      Segment named = segment(record);
      position = position(record);
      segment = named;
      emit(new LaneText(lane, segment, position, tokens(record, tokenizer), null, record));
      if (record.hasByteOrderMark()) {
        countMark(record);
      }
    } catch (RefusedException e) {
      Refusal refusal = new Refusal(e.reason, count(record));
      emit(new LaneText(lane, segment, position, null, refusal, record));
      DeadLetter letter = DeadLetter.of(record, e.getMessage());
      output.collect(DeadLetter.TAG, new StreamRecord<>(letter));
      counters.named(KeptCounters.DEAD_LETTERS).inc();
    }
  }

  private void countMark(TextRecord record) {
    counters.named(KeptCounters.BYTE_ORDER_MARKS).inc();
    if (!toldOfMarks) {
      toldOfMarks = true;
      LOG.warn(
          "the record at offset {} of partition {} of the topic {} begins with a byte order mark,"
              + " which is left out, as it is of every record; this is said once",
          record.offset(),
          record.partition(),
          record.topic());
    }
  }

  private void emit(LaneText text) {
    output.collect(new StreamRecord<>(text));
  }

  /** The lane of a record, of so many. */
  static int lane(TextRecord record, int lanes) throws RefusedException {
    String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    String found = record.key() == null ? "there is none" : "found " + Quotation.of(key);
    try {
      int lane = Integer.parseInt(key);
      if (lane >= 0 && lane < lanes) {
        String canonical = Integer.toString(lane);
        if (key.equals(canonical)) {
          return lane;
        }
        // It may lie in another partition than the lane's own key, and then no order is sure.
        found += ", not '" + canonical + "'";
      }
    } catch (NumberFormatException e) {
      // Said below, together with what is said of a number out of range.
    }
    throw new RefusedException(
        Reason.BAD_KEY,
        "the key must be the number of a lane, 0 to " + (lanes - 1) + ", in decimal; " + found);
  }

  /** The segment of a record. */
  static Segment segment(TextRecord record) throws RefusedException {
    if (record.epoch() == null && record.split() == null) {
      return Segment.FIRST;
    }
    long epoch = record.epoch() == null ? 0 : number("epoch", record.epoch(), Integer.MAX_VALUE);
    try {
      Split split = record.split() == null ? Split.TRAIN : Split.of(record.split());
      return new Segment((int) epoch, split);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(Reason.BAD_HEADER, "header " + e.getMessage());
    }
  }

  /** The position of a record's first token, or {@link LaneText#UNCHECKED}. */
  static long position(TextRecord record) throws RefusedException {
    return record.position() == null
        ? LaneText.UNCHECKED
        : number("position", record.position(), Long.MAX_VALUE / 2);
  }

  private static long number(String header, String value, long largest) throws RefusedException {
    try {
      // Java would take a sign and the digits of every script too, and other readers do not.
      long number = DIGITS.matcher(value).matches() ? Long.parseLong(value) : NONE;
      if (number >= 0 && number <= largest) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, together with what is said of a number out of range.
    }
    throw new RefusedException(
        Reason.BAD_HEADER,
        "header "
            + header
            + " must be a whole number of 0 or more in decimal; found "
            + Quotation.of(value));
  }

  /** How many tokens a record has, be it text or not. */
  static int count(TextRecord record) {
    return record.value() == null ? 0 : Tokenizer.count(record.text());
  }

  /** The tokens of a record. */
  static int[] tokens(TextRecord record, Tokenizer tokenizer) throws RefusedException {
    if (record.value() == null) {
      throw new RefusedException(Reason.BAD_TEXT, "the record has no value; expected UTF-8 text");
    }
    try {
      return tokenizer.ids(record.text());
    } catch (UnreadableTextException e) {
      throw new RefusedException(Reason.BAD_TEXT, e.getMessage());
    } catch (UnknownTokenException e) {
      throw new RefusedException(Reason.UNKNOWN_TOKEN, e.getMessage());
    }
  }
}
