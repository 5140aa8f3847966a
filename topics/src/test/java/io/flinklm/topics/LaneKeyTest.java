package io.flinklm.topics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;

class LaneKeyTest {
  @Test
  void theKeyIsTheLaneInDecimalDigits() {
    assertThat(LaneKey.of(63)).isEqualTo("63".getBytes(UTF_8));
    assertThat(LaneKey.lane(LaneKey.of(0))).hasValue(0);
    assertThat(LaneKey.lane(LaneKey.of(Integer.MAX_VALUE))).hasValue(Integer.MAX_VALUE);
  }

  @Test
  void otherKeysAreNoLane() {
    assertThat(LaneKey.lane(null)).isEqualTo(OptionalInt.empty());
    String[] keys = {
      "", "x", "-1", "+1", "1 ", " 1", "1.0", "2147483648", "٣", "1x", "01", "00", "-0", "003"
    };
    for (String key : keys) {
      assertThat(LaneKey.lane(key.getBytes(UTF_8))).as(key).isEqualTo(OptionalInt.empty());
    }
  }

  @Test
  void thePartitionIsThatOfTheClientsOwnPartitioner() {
    for (int partitions : new int[] {1, 4, 7, 64}) {
      for (int lane = 0; lane < 1_000; lane++) {
        assertThat(LaneKey.partition(lane, partitions))
            .isEqualTo(BuiltInPartitioner.partitionForKey(LaneKey.of(lane), partitions));
      }
    }
  }
}
