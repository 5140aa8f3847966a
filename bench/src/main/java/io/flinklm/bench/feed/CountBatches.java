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
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Does with chunks what {@code TrainOperator} does, but for the training: makes batches of them and
 * reports each. Counts in Flink's accumulators what {@link Fed} reads. Has no state.
 */
final class CountBatches extends AbstractStreamOperator<Report>
    implements OneInputStreamOperator<LaneEvent, Report>, BoundedOneInput {
  private static final long serialVersionUID = 1;

  private final int laneCount;
  private transient BatchAssembler assembler;
  private transient TrainingMetrics shown;
  private transient Clocks begin;
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
    shown = new TrainingMetrics(getMetricGroup(), numbers(null));
    LaneGauges.register(getMetricGroup(), assembler, laneCount);
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
    count(Fed.THREAD_NANOS, end.thread - start.thread);
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
