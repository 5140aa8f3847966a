package io.flinklm.topics;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;
import org.apache.kafka.common.utils.Utils;

/** The Kafka record key of a lane: its number in UTF-8 decimal digits, without leading zeros. */
public final class LaneKey {
  private LaneKey() {}

  /** The key of a lane. */
  public static byte[] of(int lane) {
    return Integer.toString(lane).getBytes(StandardCharsets.UTF_8);
  }

  /** The lane of a key; empty if the key, which may be null, is no lane's. */
  public static OptionalInt lane(byte[] key) {
    OptionalInt lane = Decimal.parse(key);
    return lane.isPresent() && Arrays.equals(key, of(lane.getAsInt())) ? lane : OptionalInt.empty();
  }

  /**
   * The partition to which Java clients send a lane's records unless told otherwise: murmur2 over
   * the key. It is Kafka's promise to clients, not ours, and says how a topic will look beforehand.
   *
   * @param lane the lane
   * @param partitions of the topic
   */
  public static int partition(int lane, int partitions) {
    return Utils.toPositive(Utils.murmur2(of(lane))) % partitions;
  }
}
