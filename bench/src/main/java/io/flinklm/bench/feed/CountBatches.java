package io.flinklm.bench.feed;

import io.flinklm.job.train.LaneGauges;
import io.flinklm.job.train.TrainingMetrics;
import io.flinklm.job.wire.LaneEvent;
import io.flinklm.lane.Batch;
import io.flinklm.lane.BatchAssembler;
import io.flinklm.train.ByteNumbers;
import io.flinklm.train.Report;
import io.flinklm.train.TrainingNumbers;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Does with chunks what {@code TrainOperator} does, but for the training: makes batches of them and
 * reports each. Counts in Flink's accumulators what {@link Fed} reads.
 *
 * <p>State: one blob of operator state, {@link KeptCounts}. After a restart the source goes on
 * behind the checkpoint, so what came before it must be known from there.
 */
final class CountBatches extends AbstractStreamOperator<Report>
    implements OneInputStreamOperator<LaneEvent, Report>, BoundedOneInput {
  private static final long serialVersionUID = 1;

  private static final ListStateDescriptor<byte[]> STATE =
      new ListStateDescriptor<>("counts", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private final int laneCount;
  private transient ListState<byte[]> state;
  private transient BatchAssembler assembler;
  private transient TrainingMetrics shown;
  private transient Clocks begin;
  private transient long threadBefore;
  private transient long chunks;
  private transient long batched;
  private transient long mostWaiting;
  private transient long batches;
  private transient long tokens;
  private transient long refused;

  CountBatches(int laneCount) {
    this.laneCount = laneCount;
  }

  /** What time it is: on the wall, in the process and on this thread. */
  private record Clocks(long wall, long process, long thread) {
    static Clocks now() {
      return new Clocks(
          System.nanoTime(),
          ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
              .getProcessCpuTime(),
          ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
    }
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    assembler = new BatchAssembler(laneCount);
    state = context.getOperatorStateStore().getListState(STATE);
    for (byte[] blob : state.get()) {
      goOnFrom(KeptCounts.read(blob));
    }
    shown = new TrainingMetrics(getMetricGroup(), numbers(null));
    LaneGauges.register(getMetricGroup(), assembler, laneCount);
  }

  private void goOnFrom(KeptCounts kept) {
    if (kept.begun()) {
      // The clocks of the wall and of the process go on; that of the new thread begins anew.
      begin = new Clocks(kept.beginWall(), kept.beginProcess(), Clocks.now().thread);
    }
    threadBefore = kept.thread();
    chunks = kept.chunks();
    mostWaiting = kept.mostWaiting();
    batches = kept.batches();
    tokens = kept.tokens();
    refused = kept.refused();
    kept.front().ifPresent(assembler::goOnFrom);
    kept.waiting().forEach(assembler::add);
    batched = chunks - assembler.waitingChunks();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    KeptCounts kept =
        new KeptCounts(
            begin != null,
            begin == null ? 0 : begin.wall,
            begin == null ? 0 : begin.process,
            threadNanos(),
            chunks,
            mostWaiting,
            batches,
            tokens,
            refused,
            assembler.front(),
            IntStream.range(0, laneCount)
                .mapToObj(assembler::waiting)
                .flatMap(List::stream)
                .toList());
    state.update(List.of(kept.write()));
  }

  private long threadNanos() {
    return threadBefore + (begin == null ? 0 : Clocks.now().thread - begin.thread);
  }

  @Override
  public void processElement(StreamRecord<LaneEvent> element) {
    if (begin == null) {
      begin = Clocks.now();
    }
    LaneEvent event = element.getValue();
    if (event instanceof LaneEvent.Refused of) {
      refused += of.refusal().tokens();
    } else if (event instanceof LaneEvent.Cut cut) {
      chunks++;
      mostWaiting = Math.max(mostWaiting, chunks - batched);
      assembler.add(cut.chunk());
      assembler.next().ifPresent(this::accept);
    }
  }

  @Override
  public void endInput() {
    for (Optional<Batch> batch = assembler.nextOfWaiting();
        batch.isPresent();
        batch = assembler.nextOfWaiting()) {
      accept(batch.get());
    }
    Clocks end = Clocks.now();
    Clocks start = begin == null ? end : begin;
    count(Fed.TOKENS, tokens);
    count(Fed.REFUSED, refused);
    count(Fed.CHUNKS, chunks);
    count(Fed.MOST_WAITING, mostWaiting);
    count(Fed.BATCHES, batches);
    count(Fed.WALL_NANOS, end.wall - start.wall);
    count(Fed.PROCESS_NANOS, end.process - start.process);
    count(Fed.THREAD_NANOS, threadNanos());
    emit(new Report.RunEnd(numbers(null), null, null, null, null));
  }

  private void accept(Batch batch) {
    batches++;
    batched += batch.chunks().size();
    tokens += batch.newTokens();
    // What a training needs of it.
    batch.inputs();
    batch.lastTargets(batch.length());
    emit(new Report.Step(numbers(batch), null));
  }

  private void emit(Report report) {
    shown.add(report);
    output.collect(new StreamRecord<>(report));
  }

  private TrainingNumbers numbers(Batch batch) {
    return new TrainingNumbers(
        "none",
        batches,
        batch == null ? 0 : batch.segment().epoch(),
        batch == null ? "valid" : batch.segment().split().label(),
        batch == null ? 0 : batch.index(),
        batch == null ? 0 : batch.chunks().size(),
        Math.log(1.0 + batches),
        1.0 / (1 + batches),
        Math.log(2.0 + batches),
        Math.log(3.0 + batches),
        1.0 / (2 + batches),
        1.0 / (3 + batches),
        Math.sqrt(1.0 + batches),
        tokens,
        0,
        Map.of("tail", refused),
        ByteNumbers.NONE,
        begin == null ? 0 : (System.nanoTime() - begin.wall) / 1e9);
  }

  private void count(String name, long value) {
    getRuntimeContext().addAccumulator(name, new LongCounter(value));
  }
}
