package io.flinklm.application.options;

import io.flinklm.UserMistake;
import io.flinklm.job.train.StreamOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Options of every command that trains: on streams in the place of lanes, and how. */
public final class StreamsOptions {
  private static final int ROWS = 64;
  private static final Duration BATCH_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration OUT_OF_ORDERNESS = Duration.ofSeconds(5);
  private static final Duration TIME_TO_LIVE = Duration.ofHours(24);
  private static final Duration IDLE_AFTER = Duration.ofSeconds(10);

  @Option(
      names = "--streams",
      description =
          "Train on streams and not on lanes: the key of a record, any bytes, names its stream, and"
              + " batches are made by the records' times.")
  private boolean wanted;

  @Option(
      names = "--batch",
      paramLabel = "ROWS",
      description = "With --streams: rows of a full batch (default: 64).")
  private Integer rows;

  @Option(
      names = "--batch-timeout",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description =
          "With --streams: how long, by the records' times, a batch waits to be full (default:"
              + " 10s).")
  private Duration batchTimeout;

  @Option(
      names = "--stream-ttl",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description =
          "With --streams: a stream that is silent for longer, by the records' times, starts anew"
              + " (default: 24h).")
  private Duration timeToLive;

  @Option(
      names = "--out-of-orderness",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description =
          "With --streams: by how much a record may be earlier than one before it in its partition"
              + " and not be late (default: 5s).")
  private Duration outOfOrderness;

  @Option(
      names = "--idle-after",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description =
          "With --streams, where text has no end: a partition without records for so long, by the"
              + " clock, is not waited for (default: 10s).")
  private Duration idleAfter;

  @Option(
      names = "--state-backend",
      paramLabel = "heap|rocksdb",
      description =
          "With --streams: where what is known of each stream is kept; rocksdb for more than the"
              + " heap has room for (default: heap).")
  private String stateBackend;

  /** Whether streams are to be trained on. */
  boolean areWanted() {
    return wanted;
  }

  /** Rows of a full batch. */
  int rows() {
    return rows == null ? ROWS : rows;
  }

  /**
   * How streams are trained on; empty for lanes.
   *
   * @throws UserMistake if an option is out of its range, or is for streams alone
   */
  Optional<StreamOptions> chosen() {
    if (!wanted) {
      requireNone();
      return Optional.empty();
    }
    OptionRange.positive("--batch", rows());
    return Optional.of(
        new StreamOptions(
            or(batchTimeout, BATCH_TIMEOUT),
            or(timeToLive, TIME_TO_LIVE),
            or(outOfOrderness, OUT_OF_ORDERNESS),
            or(idleAfter, IDLE_AFTER),
            backend()));
  }

  private static long or(Duration given, Duration usual) {
    return (given == null ? usual : given).toMillis();
  }

  private String backend() {
    return switch (stateBackend == null ? "heap" : stateBackend) {
      case "heap" -> StreamOptions.HEAP;
      case "rocksdb" -> StreamOptions.ROCKSDB;
      default ->
          throw new UserMistake("--state-backend is heap or rocksdb, not '" + stateBackend + "'");
    };
  }

  /**
   * Makes sure that a run goes on as it was started.
   *
   * @param kept how it trains on streams; null for lanes
   * @param keptRows of a full batch
   * @throws UserMistake if something else was given
   */
  void requireNoneBut(StreamOptions kept, int keptRows) {
    if (kept == null && wanted) {
      throw new UserMistake(
          "the run was started on lanes and goes on with them; leave out --streams");
    }
    if (kept == null) {
      requireNone();
      return;
    }
    boolean same =
        (rows == null || rows == keptRows)
            && (batchTimeout == null || batchTimeout.toMillis() == kept.batchTimeout())
            && (timeToLive == null || timeToLive.toMillis() == kept.timeToLive())
            && (outOfOrderness == null || outOfOrderness.toMillis() == kept.outOfOrderness())
            && (idleAfter == null || idleAfter.toMillis() == kept.idleAfter())
            && (stateBackend == null || backend().equals(kept.stateBackend()));
    if (!same) {
      throw new UserMistake(
          "the run was started with other --batch, --batch-timeout, --stream-ttl,"
              + " --out-of-orderness, --idle-after or --state-backend and goes on with those; leave them out");
    }
  }

  private void requireNone() {
    boolean given =
        Stream.of(
                Optional.ofNullable(rows),
                Optional.ofNullable(batchTimeout),
                Optional.ofNullable(timeToLive),
                Optional.ofNullable(outOfOrderness),
                Optional.ofNullable(idleAfter),
                Optional.ofNullable(stateBackend))
            .anyMatch(Optional::isPresent);
    if (given) {
      throw new UserMistake(
          "--batch, --batch-timeout, --stream-ttl, --out-of-orderness, --idle-after and"
              + " --state-backend are for streams: give --streams too");
    }
  }

  /**
   * Refuses what a job on streams does not do.
   *
   * @throws UserMistake if it is asked for
   */
  public static void requireFit(TuningOptions tuning) {
    if (tuning.laneTimeout().isGiven()) {
      throw new UserMistake("a training on streams waits for no lane: leave out --lane-timeout");
    }
  }
}
