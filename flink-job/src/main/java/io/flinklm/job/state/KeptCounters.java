package io.flinklm.job.state;

import io.flinklm.Blob;
import io.flinklm.Blob.RefusedException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;

/**
 * Counters of an operator that go on after a restart, where Flink's own begin at zero. What is
 * counted again because it is done again is not counted twice: they are as old as the checkpoint.
 *
 * <p>State: one blob of operator state a subtask; where there are fewer subtasks than before, one
 * takes up the counts of several.
 */
public final class KeptCounters {
  private static final String KIND = "COUN";

  // Version 1: how many, then name and count of each.
  private static final int VERSION = 1;

  /** Name of the counter of records that an operator sends to dead letters. */
  public static final String DEAD_LETTERS = "deadLetters";

  /** Name of the counter of records whose text began with a byte order mark, which is left out. */
  public static final String BYTE_ORDER_MARKS = "byteOrderMarks";

  /** Name of the counter of records without a position that came from another partition. */
  public static final String PARTITION_CHANGES = "partitionChanges";

  /** Name of the counter of holes that lost text has left, one in each lane of its partition. */
  public static final String LOST_TEXT_HOLES = "lostTextHoles";

  private static final ListStateDescriptor<byte[]> STATE =
      new ListStateDescriptor<>("counters", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private final ListState<byte[]> state;
  private final Map<String, Counter> counters = new TreeMap<>();

  /**
   * Counters that stand where the operator's checkpoint left them.
   *
   * @throws RefusedException if the checkpoint's are damaged
   */
  public KeptCounters(MetricGroup group, OperatorStateStore store, String... names)
      throws Exception {
    for (String name : names) {
      counters.put(name, group.counter(name));
    }
    state = store.getListState(STATE);
    for (byte[] blob : state.get()) {
      read(blob).forEach((name, count) -> named(name).inc(count));
    }
  }

  /** One of the counters. */
  public Counter named(String name) {
    // A count that this build does not know goes on into the next checkpoint.
    return counters.computeIfAbsent(name, unknown -> new SimpleCounter());
  }

  /** Puts the counts into the checkpoint that is being taken. */
  public void keep() throws Exception {
    Map<String, Long> counts = new TreeMap<>();
    counters.forEach((name, counter) -> counts.put(name, counter.getCount()));
    state.update(List.of(write(counts)));
  }

  static byte[] write(Map<String, Long> counts) {
    return Blob.write(
        KIND,
        VERSION,
        out -> {
          out.writeInt(counts.size());
          for (Map.Entry<String, Long> count : counts.entrySet()) {
            out.writeUTF(count.getKey());
            out.writeLong(count.getValue());
          }
        });
  }

  static Map<String, Long> read(byte[] blob) {
    return Blob.read(
        KIND,
        VERSION,
        blob,
        (in, version) -> {
          Map<String, Long> counts = new TreeMap<>();
          for (int left = in.readInt(); left > 0; left--) {
            counts.put(in.readUTF(), in.readLong());
          }
          return counts;
        });
  }
}
