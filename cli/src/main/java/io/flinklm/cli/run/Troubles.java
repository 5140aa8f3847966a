package io.flinklm.cli.run;

import io.flinklm.local.flink.RepeatedFailureException;
import io.flinklm.local.flink.Restarts;
import io.flinklm.local.flink.Stalls;
import io.flinklm.train.Report;
import java.util.Optional;

/**
 * What keeps a job from going on as it should, said to whoever watches.
 *
 * @param restarts after failures
 * @param stalls while text waits
 * @param refusals of text
 */
record Troubles(Restarts restarts, Stalls stalls, Refusals refusals) {

  /** Takes note of a report. */
  void reported(Report report) {
    restarts.reached(report.step());
    stalls.reported();
    refusals.reported(report);
  }

  /**
   * Looks from time to time whether there are any.
   *
   * @return why the job has to be stopped; empty where it may go on
   */
  Optional<RepeatedFailureException> look() throws InterruptedException {
    stalls.look();
    refusals.look();
    return restarts.look();
  }
}
