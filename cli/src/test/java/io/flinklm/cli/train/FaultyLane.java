package io.flinklm.cli.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Split;
import io.flinklm.topics.LaneRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;

/** One lane's records on their way through faults, which are drawn for each segment anew. */
final class FaultyLane {
  private static final List<String> NO_LANES =
      Arrays.asList("x", "64", "-1", "007", "+7", "", null);
  private static final List<String> BAD_HEADERS =
      List.of("epoch=one", "epoch=-1", "split=test", "position=-1", "position=1e3", "position=");
  private static final List<String> SPACES = List.of("", "", "", " ", "\n", "\t  ");
  private static final int FAR = 30_000;

  private final Accounts accounts;
  private final Outbox outbox;
  private final Random random;
  private final Map<Integer, Fault> faults = new TreeMap<>();
  private final List<LaneRecord> ofSegment = new ArrayList<>();
  private LaneRecord left;
  private boolean[] came = {};
  private int[] bytes = {};
  private int missing;

  /** Where records go, with the reason why they will be refused; null for those that will not. */
  @FunctionalInterface
  interface Outbox {
    void send(ProducerRecord<byte[], byte[]> record, Reason refusal);
  }

  FaultyLane(long seed, Accounts accounts, Outbox outbox) {
    this.random = new Random(seed);
    this.accounts = accounts;
    this.outbox = outbox;
  }

  /** Takes the lane's next record. */
  void take(LaneRecord plain) {
    LaneRecord record = amongSpace(plain);
    if (!ofSegment.isEmpty() && !record.segment().equals(ofSegment.get(0).segment())) {
      end();
    }
    if (ofSegment.isEmpty()) {
      draw(record.segment().split());
    }
    Fault fault = faults.get(ofSegment.size());
    ofSegment.add(record);
    came = Arrays.copyOf(came, record.end());
    bytes = Arrays.copyOf(bytes, record.end());
    noteBytes(record);
    if (fault != null) {
      missing = fault.missing();
      spoil(fault, record);
    } else if (missing > 0) {
      send(record, Reason.GAP);
    } else {
      send(record, null);
      if (random.nextInt(20) == 0) {
        sendSpace(record);
      }
    }
    Arrays.fill(came, record.position(), record.end(), missing == 0);
    missing = Math.max(0, missing - 1);
  }

  /** Ends the segment. */
  void end() {
    accounts.settle(ofSegment.get(0).segment(), came, bytes);
    left = ofSegment.get(0);
    ofSegment.clear();
    came = new boolean[0];
    bytes = new int[0];
  }

  // White space says nothing, and is bytes of the text all the same.
  private LaneRecord amongSpace(LaneRecord plain) {
    String text =
        SPACES.get(random.nextInt(SPACES.size()))
            + new String(plain.text(), UTF_8)
            + SPACES.get(random.nextInt(SPACES.size()));
    return new LaneRecord(
        plain.lane(), plain.segment(), plain.position(), text.getBytes(UTF_8), plain.tokens());
  }

  private void sendSpace(LaneRecord behind) {
    String position = "position=" + behind.end();
    byte[] value = " \n\t".getBytes(UTF_8);
    ProducerRecord<byte[], byte[]> placed = BadRecord.withHeader(behind, position);
    accounts.refused(Reason.NO_TOKEN, 0, value.length);
    send(new ProducerRecord<>(BadRecord.TOPIC, null, placed.key(), value, placed.headers()), null);
  }

  // Each word with the white space before it, and the last one that behind it too.
  private void noteBytes(LaneRecord record) {
    String[] words = new String(record.text(), UTF_8).split("(?<=[a-z.])(?=\\s)", -1);
    String behind = words.length > record.tokens() ? words[record.tokens()] : "";
    for (int i = 0; i < record.tokens(); i++) {
      bytes[record.position() + i] = words[i].length();
    }
    bytes[record.end() - 1] += behind.length();
  }

  // Of the 13 records of a train segment one early and one late, with whole ones between and behind
  // them; of the 4 of a valid segment the second.
  private void draw(Split split) {
    faults.clear();
    Fault[] all = Fault.values();
    Fault fault = all[random.nextInt(all.length)];
    if (split == Split.VALID) {
      if (fault.missing() < 2 && fault != Fault.BATCH_RETRIED && random.nextInt(4) == 0) {
        faults.put(1, fault);
      }
      return;
    }
    if (random.nextInt(4) == 0) {
      int first = fault == Fault.BATCH_RETRIED ? 2 : fault == Fault.BAD_HEADER ? 1 : 0;
      faults.put(first + random.nextInt(4 - first), fault);
    }
    if (random.nextInt(4) == 0) {
      faults.put(8 + random.nextInt(3), all[random.nextInt(all.length)]);
    }
  }

  private void spoil(Fault fault, LaneRecord record) {
    switch (fault) {
      case RETRIED -> {
        send(record, null);
        repeat(record);
      }
      case BATCH_RETRIED -> {
        send(record, null);
        ofSegment.subList(ofSegment.size() - 3, ofSegment.size()).forEach(this::repeat);
      }
      case LOST -> {}
      case MOVED -> send(BadRecord.withHeader(record, farAway(record)), Reason.GAP);
      case STRAY -> {
        send(BadRecord.withHeader(record, farAway(record)), Reason.GAP);
        send(record, null);
      }
      case BAD_KEY -> send(BadRecord.withKey(record, oneOf(NO_LANES)), Reason.BAD_KEY);
      case STRAY_KEY -> {
        send(BadRecord.withKey(record, oneOf(NO_LANES)), Reason.BAD_KEY);
        send(record, null);
      }
      case BAD_HEADER -> send(BadRecord.withHeader(record, oneOf(BAD_HEADERS)), Reason.BAD_HEADER);
      case BAD_TEXT -> send(BadRecord.thatIsNotUtf8(record), Reason.BAD_TEXT);
      case NO_VALUE -> {
        send(BadRecord.withValue(record, null), Reason.BAD_TEXT);
        send(record, null);
      }
      case UNKNOWN_TOKEN -> send(BadRecord.withUnknownToken(record), Reason.UNKNOWN_TOKEN);
      case UNKNOWN_TOKEN_RETRIED -> {
        send(BadRecord.withUnknownToken(record), Reason.UNKNOWN_TOKEN);
        send(BadRecord.withUnknownToken(record), Reason.UNKNOWN_TOKEN);
      }
      case LATE -> {
        send(record, null);
        if (left != null) {
          send(left, Reason.LATE);
        }
      }
    }
  }

  private void repeat(LaneRecord record) {
    accounts.refused(Reason.REPEATED, record.tokens(), record.text().length);
    send(record, null);
  }

  private void send(LaneRecord record, Reason refusal) {
    send(record.toKafka(BadRecord.TOPIC), refusal);
  }

  private void send(ProducerRecord<byte[], byte[]> record, Reason refusal) {
    outbox.send(record, refusal);
  }

  private static String farAway(LaneRecord record) {
    return "position=" + (record.position() + FAR);
  }

  private String oneOf(List<String> some) {
    return some.get(random.nextInt(some.size()));
  }
}
