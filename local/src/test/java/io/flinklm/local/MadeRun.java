package io.flinklm.local;

import io.flinklm.train.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The reports of a run that nobody ran: smooth curves with some noise, of the size of the human
 * numbers. For tests of what is shown, not of what is learned.
 */
final class MadeRun {
  static final int TRAIN_BATCHES = 49;
  static final int VALID_BATCHES = 12;
  static final int TOKENS = 1024;

  private static final double SECONDS_A_BATCH = 0.014;

  private final List<Report> reports = new ArrayList<>();
  private final Random random = new Random(7);
  private final int epochs;
  private long step;
  private long scored;
  private double mean;

  private MadeRun(int epochs) {
    this.epochs = epochs;
  }

  /** Steps, segments and the end. */
  static List<Report> of(int epochs) {
    MadeRun run = new MadeRun(epochs);
    for (int epoch = 0; epoch < epochs; epoch++) {
      run.train(epoch);
      run.validate(epoch);
    }
    Report last = run.reports.get(run.reports.size() - 1);
    run.add(
        Report.END, last.epoch(), "valid", VALID_BATCHES, last.loss(), last.accuracy(), "c0ffee");
    return run.reports;
  }

  private void train(int epoch) {
    for (int batch = 0; batch < TRAIN_BATCHES; batch++) {
      step++;
      double loss = loss() * (1 + 0.05 * random.nextGaussian()) + 0.1;
      mean = 0.98 * mean + 0.02 * loss;
      add(Report.STEP, epoch, "train", batch, loss, accuracy() - 0.03, null);
    }
    add(Report.SEGMENT, epoch, "train", TRAIN_BATCHES, loss() + 0.1, accuracy() - 0.03, null);
  }

  private void validate(int epoch) {
    double wobble = 0.02 * random.nextGaussian();
    for (int batch = 0; batch < VALID_BATCHES; batch++) {
      scored += TOKENS;
      add(Report.STEP, epoch, "valid", batch, loss() + wobble, accuracy() - wobble, null);
    }
    add(Report.SEGMENT, epoch, "valid", VALID_BATCHES, loss() + wobble, accuracy() - wobble, null);
  }

  private double loss() {
    double share = (double) step / (epochs * TRAIN_BATCHES);
    return 0.5 + 2.9 * Math.exp(-3.2 * share);
  }

  private double accuracy() {
    return 0.9 - 0.28 * (loss() - 0.5) + 0.008 * random.nextGaussian();
  }

  private void add(
      String kind, int epoch, String split, int index, double loss, double accuracy, String hash) {
    reports.add(
        new Report(
            kind,
            "lmmodel7",
            step,
            epoch,
            split,
            index,
            64,
            loss,
            accuracy,
            mean / (1 - Math.pow(0.98, (double) step)),
            loss,
            accuracy,
            0.01,
            0.5,
            step * TOKENS,
            scored,
            Map.of("tail", 64L),
            (step + scored / (double) TOKENS) * SECONDS_A_BATCH,
            hash,
            hash,
            null,
            null));
  }
}
