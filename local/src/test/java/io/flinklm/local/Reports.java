package io.flinklm.local;

import io.flinklm.train.Report;
import java.util.Map;

/** Single reports for tests, with what the test is about in the arguments. */
final class Reports {
  private Reports() {}

  static Report step(long step, int epoch, String split, double loss, double seconds) {
    return report(Report.STEP, step, epoch, split, loss, seconds);
  }

  static Report segment(long step, int epoch, String split, double loss, double seconds) {
    return report(Report.SEGMENT, step, epoch, split, loss, seconds);
  }

  static Report end(long step, int epoch, String split, double loss, double seconds) {
    return report(Report.END, step, epoch, split, loss, seconds);
  }

  /**
   * Accuracy is a tenth of the loss, the training loss is 1 more than it, a step has 1000 tokens.
   */
  private static Report report(
      String kind, long step, int epoch, String split, double loss, double seconds) {
    return new Report(
        kind,
        "lmmodel7",
        step,
        epoch,
        split,
        0,
        8,
        loss,
        loss / 10,
        loss + 1,
        loss + 2,
        loss / 20,
        0.01,
        0.5,
        step * 1000,
        0,
        Map.of(),
        seconds,
        null,
        null,
        null,
        null);
  }
}
