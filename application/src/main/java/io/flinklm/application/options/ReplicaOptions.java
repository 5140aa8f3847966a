package io.flinklm.application.options;

import io.flinklm.UserMistake;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.train.Exchange;
import io.flinklm.train.Replication;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Option;

/**
 * Options of every command that trains: how the training is shared out among replicas, copies of
 * the weights that train on lanes or streams of their own and are averaged at the end of each
 * round.
 */
public final class ReplicaOptions {
  // One operator hears the weights of all of them in each round.
  private static final int MOST = 128;

  @Option(
      names = "--replicas",
      paramLabel = "REPLICAS",
      description =
          "Copies of the weights that each train on an equal part of the lanes, or on the streams"
              + " that a hash gives them, and are averaged at the end of each round; each number of"
              + " them gives bits of its own (default: 1).")
  private Integer count;

  @Option(
      names = "--round",
      paramLabel = "STEPS",
      description =
          "Steps that each replica takes between two averages; each number of them gives bits of"
              + " its own (default: 5).")
  private Integer round;

  @Option(
      names = "--exchange",
      paramLabel = "weights|weights+moments",
      description =
          "What replicas average: their weights, or the optimizer's moments too (default:"
              + " weights+moments).")
  private String exchange;

  @Option(
      names = "--train-parallelism",
      paramLabel = "SUBTASKS",
      description =
          "Subtasks that train, from 1 to as many as replicas; it changes no bit, and may be another"
              + " at each resume (default: 1).")
  private Integer parallelism;

  /**
   * Makes sure that rows can be shared out so, and the batches of each replica cut into shards.
   *
   * @param laneCount lanes of all replicas, or rows of a full batch of streams
   * @throws UserMistake if an option is out of its range
   */
  public void requireFit(int laneCount, ShardOptions shards) {
    OptionRange.positive("--replicas", count());
    OptionRange.atMost("--replicas", count(), MOST);
    if (laneCount % count() != 0) {
      throw new UserMistake(
          "--replicas is %d, and %d rows cannot be shared out evenly among so many: give %s, or another number of --lanes (of --batch with --streams)"
              .formatted(count(), laneCount, divisors(laneCount)));
    }
    requireRange();
    requireSeveral(count());
    if (trainParallelism() > count()) {
      throw new UserMistake(
          "--train-parallelism %d needs as many replicas, of which each subtask trains one or more: --replicas %d or more, not %d"
              .formatted(parallelism, parallelism, count()));
    }
    int rows = laneCount / count();
    if (count() > 1 && shards.count() > rows) {
      throw new UserMistake(
          "--shards is %d, and a batch of each of the %d replicas has %d rows: a shard has one or more"
              .formatted(shards.count(), count(), rows));
    }
    shards.requireFit(rows);
  }

  private static String divisors(int laneCount) {
    List<String> fitting =
        IntStream.rangeClosed(1, Math.min(MOST, laneCount))
            .filter(number -> laneCount % number == 0)
            .mapToObj(String::valueOf)
            .toList();
    int last = fitting.size() - 1;
    return last == 0
        ? fitting.get(0)
        : fitting.stream().limit(last).collect(Collectors.joining(", "))
            + " or "
            + fitting.get(last);
  }

  private void requireRange() {
    if (round != null) {
      OptionRange.positive("--round", round);
    }
    exchange();
    OptionRange.positive("--train-parallelism", trainParallelism());
  }

  // One alone has nobody to average with.
  private void requireSeveral(int replicas) {
    if (replicas == 1 && (round != null || exchange != null)) {
      throw new UserMistake(
          "--round and --exchange are for several replicas: leave them out, or give --replicas 2 or"
              + " more");
    }
  }

  /**
   * Makes sure that a run goes on with the replicas that it has; how many subtasks train them may
   * change.
   *
   * @throws UserMistake if it is to have others, or more subtasks than replicas
   */
  void requireNoneBut(Replication kept) {
    requireKept("replicas", "--replicas", count, kept.count());
    requireRange();
    requireSeveral(kept.count());
    requireKept("rounds", "--round", round, kept.round());
    requireKept("exchange", "--exchange", exchange, kept.exchange().label());
    if (trainParallelism() > kept.count()) {
      throw new UserMistake(
          "--train-parallelism is %d, and a run that goes on keeps its replicas: give %d or fewer"
              .formatted(parallelism, kept.count()));
    }
  }

  private static void requireKept(String what, String option, Object given, Object kept) {
    if (given != null && !given.equals(kept)) {
      throw new UserMistake(
          "a run that goes on keeps its %s: leave out %s, or give %s"
              .formatted(what, option, kept));
    }
  }

  /** A model's settings with these. */
  public ModelSettings appliedTo(ModelSettings settings) {
    return settings.withReplication(replication());
  }

  /** How the training is shared out. */
  public Replication replication() {
    return new Replication(count(), round == null ? Replication.ROUND : round, exchange());
  }

  /** How many replicas. */
  public int count() {
    return count == null ? 1 : count;
  }

  /** Subtasks that train. */
  public int trainParallelism() {
    return parallelism == null ? 1 : parallelism;
  }

  private Exchange exchange() {
    return exchange == null ? Replication.NONE.exchange() : exchange(exchange);
  }

  /**
   * What replicas average, by its name for people.
   *
   * @throws UserMistake if there is nothing of that name
   */
  public static Exchange exchange(String label) {
    try {
      return Exchange.of(label);
    } catch (IllegalArgumentException e) {
      throw new UserMistake(
          "--exchange is weights or weights+moments, not '%s'".formatted(label), e);
    }
  }
}
