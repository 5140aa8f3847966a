package io.flinklm.job.predict;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The prompts of a subtask that are not answered yet, in the order in which they came. Bounded in
 * number and bytes. Not thread safe.
 */
final class PromptQueue {
  private final AnswerLimits limits;
  private final Deque<Entry> entries = new ArrayDeque<>();
  private long bytes;

  /**
   * A prompt in the queue.
   *
   * @param key of the operator's keyed state
   * @param prompt with its session
   * @param blob of it, as a checkpoint holds it
   * @param asked time in Kafka in milliseconds; negative if it is not known any more
   */
  record Entry(String key, WaitingPrompt prompt, byte[] blob, long asked) {
    static final long NOT_KNOWN = -1;

    static Entry of(String key, WaitingPrompt prompt, long asked) {
      return new Entry(key, prompt, prompt.write(), asked);
    }

    static Entry restored(String key, byte[] blob) {
      return new Entry(key, WaitingPrompt.read(blob), blob, NOT_KNOWN);
    }
  }

  PromptQueue(AnswerLimits limits) {
    this.limits = limits;
  }

  /** Whether it takes one more. */
  boolean takes(Entry entry) {
    return entries.size() < limits.waiting() && bytes + entry.blob.length <= limits.waitingBytes();
  }

  /** Adds a prompt behind the others, even one that it would not take: a checkpoint had it. */
  void add(Entry entry) {
    entries.add(entry);
    bytes += entry.blob.length;
  }

  /** The first prompt, which stays in the queue until it is answered; null if there is none. */
  Entry first() {
    return entries.peek();
  }

  /** Takes the first prompt out. */
  void removeFirst() {
    bytes -= entries.remove().blob.length;
  }

  int size() {
    return entries.size();
  }

  /** All prompts in their order. */
  List<Entry> all() {
    return new ArrayList<>(entries);
  }
}
