package io.flinklm.job.predict;

import io.flinklm.job.predict.PromptQueue.Entry;
import io.flinklm.predict.LoadedModel.Answer;
import io.flinklm.predict.Memory;
import io.flinklm.predict.Prediction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * The prompts of a subtask taking turns: one after the other, in the order in which they came, once
 * there are weights, and each with what is remembered of its session. All of it on the task's own
 * thread.
 */
final class PromptTurns {
  private final PromptQueue queue;
  private final Sessions sessions;
  private final Answering answering;
  private final PredictMetrics metrics;
  private final LongSupplier now;
  private final BiConsumer<byte[], Prediction> out;
  private boolean hasWeights;
  private boolean isAnswering;

  /**
   * Turns of the prompts in a queue, some of which a checkpoint may have had.
   *
   * @param now time in milliseconds
   * @param out gets each answer, behind the key of its prompt's record
   */
  PromptTurns(
      PromptQueue queue,
      Sessions sessions,
      Answering answering,
      PredictMetrics metrics,
      LongSupplier now,
      BiConsumer<byte[], Prediction> out) {
    this.queue = queue;
    this.sessions = sessions;
    this.answering = answering;
    this.metrics = metrics;
    this.now = now;
    this.out = out;
  }

  /** Adds a prompt behind the others; says why if too many wait already. */
  Optional<String> add(Entry entry) {
    if (!queue.takes(entry)) {
      return Optional.of(
          hasWeights
              ? "busy: " + queue.size() + " prompts wait already; ask again later"
              : "there are no weights yet, and " + queue.size() + " prompts wait for them already");
    }
    queue.add(entry);
    answerNext();
    return Optional.empty();
  }

  /** Begins, if it has not: from now on there is something to answer with. */
  void weightsAreThere() {
    hasWeights = true;
    answerNext();
  }

  /** Whether a prompt is being answered. */
  boolean isAnswering() {
    return isAnswering;
  }

  /** Whether there are prompts that will be answered without anything else to come. */
  boolean areLeft() {
    return hasWeights && queue.size() > 0;
  }

  private void answerNext() {
    Entry next = queue.first();
    if (next == null || !hasWeights || isAnswering) {
      return;
    }
    try {
      Memory before = hasSession(next) ? sessions.of(next.key()) : Memory.NONE;
      isAnswering = true;
      answering.answer(next.prompt().prompt(), before, answer -> answered(next, answer));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean hasSession(Entry entry) {
    return entry.prompt().session() != null;
  }

  private void answered(Entry entry, Answer answer) {
    try {
      if (hasSession(entry) && answer.prediction().error() == null) {
        sessions.remember(entry.key(), answer.memory(), now.getAsLong());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.accept(entry.prompt().session(), answer.prediction());
    metrics.answered(entry.asked());
    queue.removeFirst();
    isAnswering = false;
    answerNext();
  }
}
