package io.flinklm.job;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;

/** Writes a blob of its choice where an operator of the job will look for its own. */
final class PlantedState extends KeyedProcessFunction<Integer, Integer, Void> {
  private static final long serialVersionUID = 1;

  private final String name;
  private final byte[] blob;
  private transient ValueState<byte[]> state;

  private PlantedState(String name, byte[] blob) {
    this.name = name;
    this.blob = blob;
  }

  /** A checkpoint whose state of that name holds the blob for one lane, and nothing else. */
  static OperatorSubtaskState ofLane(String name, int lane, byte[] blob, int keyGroups)
      throws Exception {
    try (KeyedOneInputStreamOperatorTestHarness<Integer, Integer, Void> harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(new PlantedState(name, blob)),
            key -> key,
            Types.INT,
            keyGroups,
            1,
            0)) {
      harness.open();
      harness.processElement(lane, 0);
      return harness.snapshot(1, 1);
    }
  }

  @Override
  public void open(OpenContext context) {
    state =
        getRuntimeContext()
            .getState(
                new ValueStateDescriptor<>(
                    name, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
  }

  @Override
  public void processElement(Integer lane, Context context, Collector<Void> out) throws Exception {
    state.update(blob);
  }
}
