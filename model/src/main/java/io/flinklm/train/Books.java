package io.flinklm.train;

import io.flinklm.lane.Refusal;
import io.flinklm.lane.Segment;
import io.flinklm.net.MachineKind;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * The books of a training: what its batches gave is summed up in them and reported, by whoever
 * takes the batches or by somebody who is told of them. Not thread safe.
 */
public final class Books {
  private static final double NANOS = 1e9;

  private final Training training;
  private final MachineKind machine;
  private final Metrics metrics;
  private final double secondsBefore;
  private long started;
  private boolean running;

  private Books(Training training, Metrics metrics) {
    this.training = training;
    this.machine = MachineKind.of(training.device());
    this.metrics = metrics;
    this.secondsBefore = metrics.seconds();
  }

  /** Books of a training before its first batch. */
  public static Books empty(Training training) {
    return new Books(training, new Metrics(training.testsAll()));
  }

  /**
   * Books that go on from what {@link #write} wrote.
   *
   * @param version of the training's state that they were written in
   */
  static Books read(DataInputStream in, int version, Training training) throws IOException {
    return new Books(training, Metrics.read(in, version, training.testsAll()));
  }

  /** Books that go on from what {@link #writeApart} wrote. */
  public static Books readApart(DataInputStream in, Training training) throws IOException {
    return read(in, in.readInt(), training);
  }

  /** Writes all that is in them, as a part of the training's state. */
  void write(DataOutputStream out) throws IOException {
    metrics.write(out);
  }

  /** Writes all that is in them, with the version that the training's state has now. */
  public void writeApart(DataOutputStream out) throws IOException {
    out.writeInt(Trainer.VERSION);
    metrics.write(out);
  }

  /**
   * Learns which segment the next batch is of, before that is taken: one that it leaves behind is
   * reported, so that whoever is told of it finds the training standing behind it.
   *
   * @param step steps done so far
   */
  public void turnTo(Segment segment, long step) {
    if (!running) {
      started = training.nanoTime().getAsLong();
      running = true;
    }
    if (metrics.leavesSegment(segment)) {
      finishSegment(step);
    }
  }

  /** Takes up a batch and reports it. */
  public void add(Taken taken) {
    BatchCounts batch = taken.batch();
    if (taken.isRefused()) {
      metrics.refuse(batch, seconds());
    } else {
      BatchResult before = taken.due().orElse(taken.result());
      taken.due().ifPresent(of -> metrics.addTested(batch, of));
      if (training.testsAll() && Prequential.isNew(batch.segment())) {
        metrics.code(batch, before, training.config().net().vocabulary());
      }
      metrics.add(batch, taken.result(), seconds());
    }
    training.reports().accept(metrics.step(model(), taken.step(), batch, taken.result()));
  }

  /**
   * Takes up a batch whose step was not taken by one replica, while others took theirs; it is
   * reported with them.
   */
  public void addRefused(Taken taken) {
    metrics.refuse(taken.batch(), seconds());
  }

  /** Counts tokens that were refused on the way here. */
  public void refuse(Refusal refusal) {
    metrics.add(refusal);
  }

  /**
   * Ends the last segment and reports the end.
   *
   * @param step steps done
   * @param weightsSha256 of the weights
   * @param hiddenStatesSha256 of all hidden states
   */
  public void finish(long step, String weightsSha256, String hiddenStatesSha256) {
    if (metrics.inSegment()) {
      finishSegment(step);
    }
    training
        .reports()
        .accept(metrics.runEnd(model(), step, weightsSha256, hiddenStatesSha256, machine));
  }

  private void finishSegment(long step) {
    Report finished = metrics.segmentEnd(model(), step);
    metrics.endSegment();
    training.reports().accept(finished);
  }

  /** How far the training is, with the loss and the accuracy of the last scored segment. */
  public TrainingNumbers numbers(long step) {
    return metrics.standing(model(), step);
  }

  /** How the training stands, for weights that leave it. */
  public Report.Standing standing(long step, String weightsSha256) {
    return new Report.Standing(numbers(step), null, weightsSha256, machine);
  }

  private String model() {
    return training.config().net().model();
  }

  private double seconds() {
    return secondsBefore + (training.nanoTime().getAsLong() - started) / NANOS;
  }
}
