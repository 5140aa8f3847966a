package io.flinklm.job.train;

import io.flinklm.stream.StreamState;
import io.flinklm.stream.StreamStates;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * The states of streams, read before they are asked for and written behind the training's back: a
 * thread of its own reads those of the next batch and writes those of the last one while the engine
 * computes. That thread does all in the order in which it was asked, and nobody else may touch what
 * is kept; so the states are those that there would be without it.
 */
final class StatesAhead implements StreamStates {
  private final StreamStates kept;
  private final Executor thread;
  private final Map<String, CompletableFuture<StreamState>> expected = new HashMap<>();
  private final Map<String, StreamState> unwritten = new ConcurrentHashMap<>();
  private volatile RuntimeException failure;

  /**
   * Those of {@code kept}, which belong to this from now on.
   *
   * @param thread that reads and writes them
   */
  StatesAhead(StreamStates kept, StatesThread thread) {
    this.kept = kept;
    this.thread = thread;
  }

  @Override
  public void expect(Set<String> streams) {
    expected.keySet().retainAll(streams);
    Map<String, CompletableFuture<StreamState>> asked = new LinkedHashMap<>();
    for (String stream : streams) {
      if (!expected.containsKey(stream) && !unwritten.containsKey(stream)) {
        asked.put(stream, new CompletableFuture<>());
      }
    }
    expected.putAll(asked);
    thread.execute(() -> asked.forEach(this::complete));
  }

  private void complete(String stream, CompletableFuture<StreamState> state) {
    try {
      state.complete(kept.get(stream));
    } catch (RuntimeException e) {
      state.completeExceptionally(e);
    }
  }

  @Override
  public StreamState get(String stream) {
    StreamState written = unwritten.get(stream);
    if (written != null) {
      return written;
    }
    CompletableFuture<StreamState> state = expected.remove(stream);
    return state == null ? ask(() -> kept.get(stream)) : waitFor(state);
  }

  @Override
  public void put(Map<String, StreamState> changed) {
    expected.keySet().removeAll(changed.keySet());
    unwritten.putAll(changed);
    thread.execute(
        () -> {
          change(() -> kept.put(changed));
          changed.forEach(unwritten::remove);
        });
  }

  @Override
  public void remove(String stream) {
    expected.remove(stream);
    unwritten.remove(stream);
    thread.execute(() -> change(() -> kept.remove(stream)));
  }

  private void change(Runnable change) {
    try {
      change.run();
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  @Override
  public SortedSet<String> names() {
    return ask(kept::names);
  }

  /** Returns when all is written; what is kept is nobody's until the next call. */
  void settle() {
    expected.clear();
    ask(() -> null);
  }

  private <T> T ask(Supplier<T> question) {
    return waitFor(CompletableFuture.supplyAsync(question, thread));
  }

  private <T> T waitFor(CompletableFuture<T> answer) {
    try {
      T answered = answer.join();
      if (failure != null) {
        throw failure;
      }
      return answered;
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw e;
    }
  }
}
