package io.flinklm.job.train;

import ai.djl.Device;
import io.flinklm.engine.PyTorch;
import io.flinklm.job.models.BestWeights;
import io.flinklm.job.models.Lineage;
import io.flinklm.job.state.KeptCounters;
import io.flinklm.job.state.RefusedStateException;
import io.flinklm.job.wire.ReplicaEvent;
import io.flinklm.job.wire.ReplicaEvent.Averaged;
import io.flinklm.job.wire.ReplicaEvent.Ended;
import io.flinklm.job.wire.ReplicaEvent.Passed;
import io.flinklm.job.wire.ReplicaEvent.Read;
import io.flinklm.job.wire.ReplicaEvent.Refused;
import io.flinklm.job.wire.ReplicaEvent.Took;
import io.flinklm.job.wire.TextOffsets;
import io.flinklm.lane.Split;
import io.flinklm.replica.ReplicaBooks;
import io.flinklm.replica.Turn;
import io.flinklm.train.Report;
import io.flinklm.train.Training;
import java.util.Optional;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Keeps the books of a training that is shared out among replicas: what they made of the same place
 * becomes one report, and the weights behind a round leave the training from here. Runs at
 * parallelism 1, since there is one training.
 *
 * <p>State: the books, the offsets, the lineage and the best weights as {@link TrainingState}, and
 * the averaged weights that are not older than what was reported.
 */
public final class ReplicaReportOperator extends AbstractStreamOperator<Report>
    implements OneInputStreamOperator<ReplicaEvent, Report> {
  private static final long serialVersionUID = 1;

  private final Setup setup;
  private final Lineage drawn;
  private transient TrainingState state;
  private transient AveragedWeights averaged;
  private transient Lineage lineage;
  private transient String reported;
  private transient ReplicaBooks books;
  private transient TrainingMetrics shown;
  private transient KeptCounters counters;
  private transient TextOffsets offsets;
  private transient BestWeights best;
  private transient boolean finished;
  private transient WeightsOutput weights;

  /**
   * An operator that has not been opened.
   *
   * @param setup of each replica
   * @param drawn lineage of the training, where it begins and nobody else says it
   */
  public ReplicaReportOperator(Setup setup, Lineage drawn) {
    this.setup = setup;
    this.drawn = drawn;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    state = new TrainingState(context.getOperatorStateStore());
    Lineage given = setup.options().lineage().orElse(drawn);
    lineage = context.isRestored() ? state.lineage() : given;
    reported = setup.options().lineage().orElse(lineage).reported();
    best = state.best();
    Device device = PyTorch.device(setup.options().device());
    books =
        new ReplicaBooks(
            Training.of(setup.config(), setup.tokenizer().fingerprint(), device, this::emit)
                .testingAll(setup.options().testsAll()));
    averaged = new AveragedWeights(setup.config(), books, context.getOperatorStateStore());
    offsets = TextOffsets.none();
    if (context.isRestored()) {
      RefusedStateException.endingTheJob(
          () -> {
            books.read(state.training());
            offsets = state.offsets();
            averaged.restore();
          });
    }
    counters = WeightsOutput.counters(getMetricGroup(), context.getOperatorStateStore());
    shown = new TrainingMetrics(getMetricGroup(), books.numbers());
  }

  @Override
  public void open() throws Exception {
    super.open();
    weights =
        new WeightsOutput(
            averaged,
            lineage,
            reported,
            best,
            setup.options(),
            () -> offsets.ofNext(),
            output,
            counters,
            System::nanoTime);
    if (averaged.areHere()) {
      weights.start();
    }
  }

  @Override
  public void processElement(StreamRecord<ReplicaEvent> element) {
    ReplicaEvent event = element.getValue();
    if (event instanceof Took took) {
      books.add(took.replica(), took.taken());
    } else if (event instanceof Passed passed) {
      books.pass(passed.replica(), new Turn(passed.segment(), passed.index(), Optional.empty()));
    } else if (event instanceof Refused refused) {
      books.refuse(refused.replica(), refused.refusal());
      shown.add(refused.refusal());
    } else if (event instanceof Read read) {
      offsets = offsets.and(read.offsets());
    } else if (event instanceof Averaged behindRound) {
      averaged.add(behindRound);
    } else if (event instanceof Ended ended) {
      books.end(ended.replica(), ended.hiddenStatesSha256());
    }
    takeUpAverages();
    // Restored behind the end, the books know it before all have told of it once more.
    if (event instanceof Ended && books.areComplete() && !finished) {
      finished = true;
      books.finish(averaged.step(), averaged.sha256());
      weights.end();
    }
  }

  private void takeUpAverages() {
    while (averaged.takeUp()) {
      if (averaged.areFirst()) {
        weights.start();
      }
      weights.stepDone();
    }
  }

  private void emit(Report report) {
    // The books may come a long way at once; what is evaluated is of the weights of that time.
    takeUpAverages();
    shown.add(report);
    output.collect(new StreamRecord<>(report.of(reported)));
    if (report instanceof Report.SegmentEnd && report.split().equals(Split.VALID.label())) {
      weights.evaluated(report.loss());
    }
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    if (averaged.areHere()) {
      weights.beforeBarrier();
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    state.release();
    state.keep(books.write(), offsets, lineage, weights.best());
    averaged.keep();
    counters.keep();
  }
}
