package io.flinklm.train;

import io.flinklm.engine.PyTorch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;

/**
 * The threads that compute the shards of a batch side by side: the one that asks, and a pool. Each
 * takes the next shard that nobody has taken, and uses one thread of the engine, to which the
 * asking thread must have been set. Who computes a shard decides no bit of it.
 */
final class ShardThreads implements AutoCloseable {
  private final int threads;
  private final ExecutorService others;

  /**
   * So many threads, the asking one among them.
   *
   * @param threads 1 or more
   */
  ShardThreads(int threads) {
    this.threads = threads;
    String name = Thread.currentThread().getName() + " (shards)";
    // Starts its threads when they are first needed, and none for an asking thread alone.
    this.others =
        Executors.newFixedThreadPool(
            Math.max(1, threads - 1),
            work -> {
              Thread thread =
                  new Thread(
                      () -> {
                        PyTorch.computeWith(1);
                        work.run();
                      },
                      name);
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * What a function gives of each shard, in their order. Waits until no thread computes any more,
   * also where one fails and where this one is interrupted, so that what they use can be let go;
   * then returns, or throws the first failure.
   */
  <T> List<T> each(int shards, IntFunction<T> of) {
    AtomicReferenceArray<T> found = new AtomicReferenceArray<>(shards);
    AtomicInteger next = new AtomicInteger();
    Runnable take =
        () -> {
          for (int i = next.getAndIncrement(); i < shards; i = next.getAndIncrement()) {
            found.set(i, of.apply(i));
          }
        };
    List<CompletableFuture<Void>> taking = new ArrayList<>();
    Throwable failure = null;
    try {
      for (int i = 1; i < Math.min(threads, shards); i++) {
        taking.add(CompletableFuture.runAsync(take, others));
      }
      take.run();
    } catch (RuntimeException | Error e) {
      failure = e;
    }
    // Of a failure nobody needs the shards that are left.
    next.addAndGet(failure == null ? 0 : shards);
    for (CompletableFuture<Void> other : taking) {
      failure = first(failure, other);
    }
    rethrow(failure);
    List<T> all = new ArrayList<>(shards);
    for (int i = 0; i < shards; i++) {
      all.add(found.get(i));
    }
    return all;
  }

  private static Throwable first(Throwable failure, CompletableFuture<Void> other) {
    try {
      // Cannot be interrupted.
      other.join();
      return failure;
    } catch (CompletionException e) {
      if (failure == null) {
        return e.getCause();
      }
      failure.addSuppressed(e.getCause());
      return failure;
    }
  }

  private static void rethrow(Throwable failure) {
    if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (failure instanceof Error error) {
      throw error;
    }
  }

  @Override
  public void close() {
    others.shutdown();
  }
}
