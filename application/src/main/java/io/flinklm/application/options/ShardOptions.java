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
    requireThreads();
    if (count() > rows) {
      throw new UserMistake(
          "--shards is %d, and a batch has %d rows: a shard has one or more"
              .formatted(count(), rows));
    }
    if (engineThreads() > count()) {
      throw new UserMistake(
          "--engine-threads %d needs as many shards, which its threads compute side by side:"
                  .formatted(threads)
              + " --shards %d or more, not %d".formatted(threads, count()));
    }
  }

  private void requireThreads() {
    if (threads != null) {
      OptionRange.positive("--engine-threads", threads);
      OptionRange.atMost("--engine-threads", threads, PyTorch.MOST_THREADS);
    }
  }

  /** A model's settings with these. */
  public ModelSettings appliedTo(ModelSettings settings) {
    return settings.withShards(count(), engineThreads());
  }

  /** How many shards. */
  public int count() {
    return count == null ? 1 : count;
  }

  /** Threads that compute them; 0 where none were chosen. */
  public int engineThreads() {
    return threads == null ? 0 : threads;
  }

  /**
   * The settings of a run that goes on, on the threads that were chosen for it.
   *
   * @throws UserMistake if it is to have other shards, or more threads than shards
   */
  ModelSettings resumed(ModelSettings kept) {
    if (count != null && count != kept.shards()) {
      throw new UserMistake(
          "a run that goes on keeps its shards: leave out --shards, or give %d"
              .formatted(kept.shards()));
    }
    requireThreads();
    if (engineThreads() > kept.shards()) {
      throw new UserMistake(
          "--engine-threads is %d, and a run that goes on keeps its shards: give %d or fewer"
              .formatted(threads, kept.shards()));
    }
    return threads == null ? kept : kept.withShards(kept.shards(), threads);
  }
}
