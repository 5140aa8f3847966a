package io.flinklm.bench.replicas;

import io.flinklm.engine.PyTorch;
import io.flinklm.lane.Batch;
import io.flinklm.replica.Publication;
import io.flinklm.replica.Replica;
import io.flinklm.replica.Rounds;
import io.flinklm.replica.Turn;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * A replica on a thread of its own, with the batches of its lanes. What it is asked to do it does
 * there, in the order in which it is asked.
 */
final class ReplicaThread implements AutoCloseable {
  private final Replica replica;
  private final int stepsOfRound;
  private final ReplicaBatches batches;
  private final ExecutorService thread;
  private Batch last;

  /** A replica before its first batch. */
  ReplicaThread(Replica replica, int stepsOfRound, ReplicaBatches batches) {
    this.replica = replica;
    this.stepsOfRound = stepsOfRound;
    this.batches = batches;
    this.thread =
        Executors.newSingleThreadExecutor(
            work ->
                new Thread(
                    () -> {
                      PyTorch.computeWith(1);
                      work.run();
                    },
                    "replica " + replica.number()));
  }

  /** Takes the batches of a round, and gives the tokens that it trained on. */
  CompletableFuture<Long> train() {
    return CompletableFuture.supplyAsync(this::takeBatches, thread);
  }

  private long takeBatches() {
    long tokens = 0;
    do {
      last = batches.next();
      replica.take(last);
      tokens += (long) last.chunks().size() * last.length();
    } while ((last.index() + 1) % stepsOfRound != 0 && batches.peek().index() != 0);
    return tokens;
  }

  /** Leaves the round, and gives what it tells the others; its weights are in the first. */
  CompletableFuture<List<Publication>> leave() {
    return CompletableFuture.supplyAsync(
        () ->
            Stream.of(replica.after(Turn.of(last)), replica.turnTo(Turn.of(batches.peek())))
                .flatMap(Optional::stream)
                .toList(),
        thread);
  }

  /** Goes on with the mean of all replicas' weights. */
  CompletableFuture<Void> accept(Rounds.Complete complete) {
    return CompletableFuture.runAsync(() -> replica.accept(complete), thread);
  }

  @Override
  public void close() {
    // Behind what it still does.
    CompletableFuture.runAsync(replica::close, thread).join();
    thread.shutdown();
  }
}
