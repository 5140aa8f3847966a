package io.flinklm.stream;

import io.flinklm.lane.Refusal;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Windows;
import io.flinklm.text.TextTokens;
import io.flinklm.text.Tokenizer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Training on streams without Kafka and Flink: their records in the order of their times, in a
 * plain loop in memory. It is what the job is measured against, in bits and in speed. Not thread
 * safe.
 */
public final class StreamLoop {
  private final Tokenizer tokenizer;
  private final Windows cut;
  private final StreamRule rule;
  private final StreamBatching batching;
  private final Map<String, StreamCursor> cursors = new HashMap<>();

  // One for each cursor; it is moved when its time has come, and not at every record.
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong(Timer::time));
  private long started;
  private long time = Long.MIN_VALUE;

  /**
   * When to look whether a stream has ended.
   *
   * @param time behind which it may have
   * @param stream its name
   */
  private record Timer(long time, String stream) {}

  /**
   * A loop before its first record.
   *
   * @param tokenizer of the text
   * @param cut how text is cut into windows
   * @param training takes the batches
   */
  public StreamLoop(
      Tokenizer tokenizer, Windows cut, StreamRule rule, StreamBatchTraining training) {
    this.tokenizer = tokenizer;
    this.cut = cut;
    this.rule = rule;
    this.batching = new StreamBatching(rule.batches(), training);
  }

  /**
   * Takes the next record.
   *
   * @throws IllegalArgumentException if its time is before that of the last one
   */
  public void accept(StreamRecord record) {
    if (record.time() < time) {
      throw new IllegalArgumentException(record.time() + " came after " + time);
    }
    if (record.time() > time) {
      time = record.time();
      pass(time - 1);
    }
    StreamText text = StreamText.of(record.value(), tokenizer);
    if (text instanceof StreamText.Tokens tokens) {
      if (tokens.tokens().ids().length == 0) {
        batching.refuse(new Refusal(Reason.NO_TOKEN, 0, tokens.bytes()));
      }
      take(record, tokens.tokens());
    } else if (text instanceof StreamText.Refused refused) {
      batching.refuse(refused.refusal());
    }
  }

  private void take(StreamRecord record, TextTokens tokens) {
    StreamCursor cursor = cursors.get(record.stream());
    boolean isNew = cursor == null;
    if (isNew) {
      cursor = new StreamCursor(record.stream(), cut, rule.timeToLive());
      cursors.put(record.stream(), cursor);
    }
    cursor.accept(record.time(), tokens, events());
    if (isNew) {
      timers.add(new Timer(cursor.endsAt(), record.stream()));
    }
  }

  private void pass(long until) {
    while (!timers.isEmpty() && timers.peek().time() <= until) {
      String stream = timers.remove().stream();
      StreamCursor cursor = cursors.get(stream);
      if (cursor.endsAt() > until) {
        timers.add(new Timer(cursor.endsAt(), stream));
      } else {
        cursor.end(events());
        cursors.remove(stream);
      }
    }
    batching.pass(until);
  }

  /** Trains on all that is whole and reports the end. */
  public void finish() {
    pass(Long.MAX_VALUE);
    batching.finish();
  }

  /** How many times a stream has started, for the first time or anew. */
  public long started() {
    return started;
  }

  private StreamCursor.Events events() {
    return new StreamCursor.Events() {
      @Override
      public void started() {
        started++;
      }

      @Override
      public void cut(StreamChunk chunk) {
        batching.add(chunk);
      }

      @Override
      public void ended(StreamEnd end) {
        batching.add(end);
      }
    };
  }
}
