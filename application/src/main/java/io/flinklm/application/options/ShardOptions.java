package io.flinklm.application.options;

import io.flinklm.UserMistake;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.engine.PyTorch;
import picocli.CommandLine.Option;

/** Options of every command that trains: how a step is shared out among the processor's cores. */
public final class ShardOptions {
  @Option(
      names = "--shards",
      paramLabel = "<shards>",
      description =
          "Fixed runs that the rows of a batch are cut into, to be computed side by side; each"
              + " number of them gives bits of its own (default: 1).")
  private Integer count;

  @Option(
      names = "--engine-threads",
      paramLabel = "THREADS",
      description =
          "Threads that compute shards; their number changes no bit (default: as many as shards, at"
              + " most the cores that are there).")
  private Integer threads;

  /**
   * Makes sure that batches can be cut so.
   *
   * @param rows of a full batch
   * @throws UserMistake if an option is out of its range
   */
  public void requireFit(int rows) {
    OptionRange.positive("--shards", count());
    OptionRange.positive("--engine-threads", engineThreads());
    OptionRange.atMost("--engine-threads", engineThreads(), PyTorch.MOST_THREADS);
    if (count() > rows) {
      throw new UserMistake(
          "--shards is %d, and a batch has %d rows: a shard has one or more"
              .formatted(count(), rows));
    }
    requireShards(engineThreads(), count());
  }

  private static void requireShards(int threads, int count) {
    if (threads > count) {
      throw new UserMistake(
          "--engine-threads %d needs as many shards, which its threads compute side by side:"
                  .formatted(threads)
              + " --shards %d or more, not %d".formatted(threads, count));
    }
  }

  /** How many shards. */
  public int count() {
    return count == null ? 1 : count;
  }

  /** Threads that compute them. */
  public int engineThreads() {
    return threads == null ? threadsFor(count()) : threads;
  }

  private static int threadsFor(int shards) {
    return Math.max(1, Math.min(shards, Runtime.getRuntime().availableProcessors()));
  }

  /**
   * The settings of a run that goes on, on the threads that were chosen for it.
   *
   * @throws UserMistake if it is to have other shards
   */
  ModelSettings resumed(ModelSettings kept) {
    if (count != null && count != kept.shards()) {
      throw new UserMistake(
          "a run that goes on keeps its shards: leave out --shards, or give %d"
              .formatted(kept.shards()));
    }
    if (threads == null) {
      return kept.withShards(kept.shards(), threadsFor(kept.shards()));
    }
    OptionRange.positive("--engine-threads", threads);
    requireShards(threads, kept.shards());
    return kept.withShards(kept.shards(), threads);
  }
}
