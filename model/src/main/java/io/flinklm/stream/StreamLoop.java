package io.flinklm.stream;

import io.flinklm.lane.Refusal;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Windows;
import io.flinklm.text.Tokenizer;
import io.flinklm.train.Trainer;
import java.util.Map;
import java.util.TreeMap;

/**
 * Training on streams without Kafka and Flink: their records in the order of their times, in a
 * plain loop in memory. It is what the job is measured against, in bits and in speed. Not thread
 * safe.
 */
public final class StreamLoop {
  private final Tokenizer tokenizer;
  private final Windows cut;
  private final StreamRule rule;
  private final StreamTraining training;
  private final Map<String, StreamCursor> cursors = new TreeMap<>();
  private long started;
  private long time = Long.MIN_VALUE;

  /**
   * A loop before its first record.
   *
   * @param tokenizer of the text
   * @param cut how text is cut into windows
   */
  public StreamLoop(Tokenizer tokenizer, Windows cut, StreamRule rule, Trainer trainer) {
    this.tokenizer = tokenizer;
    this.cut = cut;
    this.rule = rule;
    this.training =
        new StreamTraining(
            rule.batches(), new StatesInMemory(), trainer, StreamTraining.Steps.of(trainer));
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
      training.pass(time - 1);
    }
    StreamText text = StreamText.of(record.value(), tokenizer);
    if (text instanceof StreamText.Tokens tokens) {
      if (tokens.tokens().ids().length == 0) {
        training.refuse(new Refusal(Reason.NO_TOKEN, 0, tokens.bytes()));
      }
      cursors
          .computeIfAbsent(record.stream(), name -> new StreamCursor(name, cut, rule.timeToLive()))
          .accept(record.time(), tokens.tokens(), events());
    } else if (text instanceof StreamText.Refused refused) {
      training.refuse(refused.refusal());
    }
  }

  /** Trains on all that is whole and reports the end. */
  public void finish() {
    cursors.values().forEach(cursor -> cursor.end(events()));
    training.pass(Long.MAX_VALUE);
    training.finish();
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
        training.add(chunk);
      }

      @Override
      public void ended(StreamEnd end) {
        training.add(end);
      }
    };
  }
}
