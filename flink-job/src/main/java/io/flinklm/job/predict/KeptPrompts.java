package io.flinklm.job.predict;

import io.flinklm.job.predict.PromptQueue.Entry;
import java.util.List;
import java.util.function.Consumer;
import org.apache.flink.api.common.state.ListState;

/**
 * The prompts of a queue as a checkpoint holds them: keyed state, a blob for each. Not thread safe.
 */
final class KeptPrompts {
  private final ListState<byte[]> state;
  private final PromptQueue queue;
  private final Consumer<String> setKey;

  /**
   * The prompts of a subtask.
   *
   * @param state keyed by session
   * @param setKey makes a session the one that the state is of
   */
  KeptPrompts(ListState<byte[]> state, PromptQueue queue, Consumer<String> setKey) {
    this.state = state;
    this.queue = queue;
    this.setKey = setKey;
  }

  /** Puts into the queue what a checkpoint had for these sessions. */
  void restore(List<String> keys) throws Exception {
    for (String key : keys) {
      setKey.accept(key);
      for (byte[] blob : state.get()) {
        queue.add(Entry.restored(key, blob));
      }
    }
  }

  /**
   * Takes up what the queue holds now.
   *
   * @param keys of all sessions of which the state holds something
   */
  void snapshot(List<String> keys) throws Exception {
    for (String key : keys) {
      setKey.accept(key);
      state.clear();
    }
    // Also the one that is being answered: it is answered once more by who goes on from here.
    for (Entry entry : queue.all()) {
      setKey.accept(entry.key());
      state.add(entry.blob());
    }
  }
}
