package io.flinklm.cli.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Something that ends with SIGKILL in a run, and when.
 *
 * @param victim what ends
 * @param moment in which it ends
 * @param share of the run's steps after which it happens, from 0 to 1
 */
record ChaosEvent(Victim victim, Moment moment, double share) {

  /** What can be killed. */
  enum Victim {
    TASK_MANAGER("TaskManager"),
    BROKER("Kafka");

    private final String label;

    Victim(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  /** When it can be killed. */
  enum Moment {
    /** While it trains. */
    STEP("mid-step"),
    /** While a checkpoint is taken. */
    CHECKPOINT("mid-checkpoint"),
    /** At the first step after it went on from a checkpoint. */
    RESTORE("right after a restore"),
    /** While replicas have told their weights and wait for the mean. */
    ROUND("at the end of a round");

    private final String label;

    Moment(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  /**
   * Events spread over a run, in order: each in the first half of one of so many equal portions,
   * and one more portion behind them. The moments of a TaskManager come in turn.
   *
   * @param kills of TaskManagers
   * @param brokerKills of Kafka
   * @param replicas whether there are several, which have rounds
   */
  static List<ChaosEvent> spread(int kills, int brokerKills, boolean replicas, Random random) {
    List<ChaosEvent> events = new ArrayList<>();
    List<Moment> turn = new ArrayList<>(List.of(Moment.STEP, Moment.RESTORE, Moment.CHECKPOINT));
    if (replicas) {
      turn.add(0, Moment.ROUND);
    }
    int all = kills + brokerKills;
    int brokers = 0;
    for (int i = 0; i < all; i++) {
      double share = (i + random.nextDouble() / 2) / (all + 1);
      boolean broker = brokers < brokerKills && (i + 1) * brokerKills >= (brokers + 1) * all;
      if (broker) {
        brokers++;
      }
      events.add(
          broker
              ? new ChaosEvent(Victim.BROKER, Moment.STEP, share)
              : new ChaosEvent(Victim.TASK_MANAGER, turn.get((i - brokers) % turn.size()), share));
    }
    return events;
  }
}
