package io.flinklm.cli.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinklm.topics.TopicNames;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Records of text that are broken, or right and out of place, drawn from one seed. */
final class HostileRecords {
  private static final int LARGE = 900_000;
  // Compressed, it is no larger for Kafka than the others.
  private static final int LARGER_THAN_A_RECORD = 6_000_000;
  private static final int LARGE_KEY = 500_000;
  private static final long FARTHEST = Long.MAX_VALUE / 2;

  private final Random random;
  private final HostileBytes bytes;
  private final int laneCount;

  /**
   * A record on its way.
   *
   * @param isBroken whether it has to be a dead letter, whatever came before it
   * @param isCompressed whether it is sent compressed
   */
  record Hostile(ProducerRecord<byte[], byte[]> record, boolean isBroken, boolean isCompressed) {}

  HostileRecords(Random random, int laneCount) {
    this.random = random;
    this.bytes = new HostileBytes(random);
    this.laneCount = laneCount;
  }

  /**
   * The next record.
   *
   * @param epoch of the good text at this time
   */
  Hostile next(int epoch) {
    boolean compressed = random.nextInt(4) == 0;
    int most = random.nextInt(10) == 0 ? LARGE : 1_000;
    byte[] lane = Integer.toString(random.nextInt(laneCount)).getBytes(UTF_8);
    List<Header> headers = new ArrayList<>(bytes.meaningless());
    return switch (random.nextInt(8)) {
      case 0, 1 -> {
        int ofKey = most == LARGE ? LARGE_KEY : most;
        yield hostile(bytes.key(ofKey), goodText(), headers, true, compressed);
      }
      case 2, 3 -> {
        boolean larger = compressed && random.nextInt(10) == 0;
        byte[] text = bytes.text(larger ? LARGER_THAN_A_RECORD : most);
        headers.addAll(random.nextBoolean() ? place(epoch) : List.of());
        yield hostile(lane, text, headers, true, compressed);
      }
      case 4, 5 -> {
        headers.addAll(place(epoch));
        // The last header of a name counts.
        headers.add(bytes.unreadable());
        yield hostile(lane, goodText(), headers, true, compressed);
      }
      default -> {
        headers.addAll(place(epoch));
        Collections.shuffle(headers, random);
        yield hostile(lane, goodText(), headers, false, compressed);
      }
    };
  }

  private static Hostile hostile(
      byte[] key, byte[] value, List<Header> headers, boolean broken, boolean compressed) {
    return new Hostile(
        new ProducerRecord<>(TopicNames.TEXT, null, key, value, headers), broken, compressed);
  }

  private byte[] goodText() {
    return "a b c d e ".repeat(random.nextInt(4)).getBytes(UTF_8);
  }

  /** Headers that can be read: some of them, of some place, near or far, now and then twice. */
  private List<Header> place(int epoch) {
    List<Header> headers = new ArrayList<>();
    while (random.nextInt(3) > 0) {
      switch (random.nextInt(3)) {
        case 0 -> headers.add(header("epoch", "" + epoch(epoch)));
        case 1 -> headers.add(header("split", random.nextInt(4) == 0 ? "valid" : "train"));
        default -> headers.add(header("position", "" + position()));
      }
    }
    return headers;
  }

  // No two far ones are the same: two records that agree in one are believed.
  private int epoch(int epoch) {
    return switch (random.nextInt(3)) {
      case 0 -> epoch;
      case 1 -> random.nextInt(epoch + 1);
      default -> epoch + 2 + random.nextInt(Integer.MAX_VALUE - epoch - 2);
    };
  }

  private long position() {
    return switch (random.nextInt(3)) {
      case 0 -> random.nextInt(64);
      case 1 -> FARTHEST - random.nextInt(64);
      default -> random.nextLong(FARTHEST);
    };
  }

  private static Header header(String name, String value) {
    return new RecordHeader(name, value.getBytes(UTF_8));
  }
}
