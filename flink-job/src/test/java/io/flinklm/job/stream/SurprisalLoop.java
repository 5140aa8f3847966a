package io.flinklm.job.stream;

import ai.djl.Device;
import io.flinklm.lane.Refusal;
import io.flinklm.stream.StatesInMemory;
import io.flinklm.stream.StreamBatch;
import io.flinklm.stream.StreamBatching;
import io.flinklm.stream.StreamChunk;
import io.flinklm.stream.StreamCursor;
import io.flinklm.stream.StreamEnd;
import io.flinklm.stream.StreamText;
import io.flinklm.stream.StreamTraining;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Trains on streams in the order of their times and asks for the surprisals of each batch first.
 */
final class SurprisalLoop implements AutoCloseable, StreamTraining.Steps, StreamCursor.Events {
  private final StreamsText text;
  private final Map<String, Map<Long, Float>> nats;
  private final Trainer trainer;
  private final StreamBatching batching;
  private final Map<String, StreamCursor> cursors = new HashMap<>();
  private long time = Long.MIN_VALUE;

  /**
   * A loop before its first line.
   *
   * @param nats takes the surprisals, by position, by stream and when it began
   */
  SurprisalLoop(StreamsText text, Map<String, Map<Long, Float>> nats) {
    this.text = text;
    this.nats = nats;
    trainer =
        Trainer.drawn(
            Training.of(
                text.config(), StreamsText.TOKENIZER.fingerprint(), Device.cpu(), report -> {}));
    batching =
        new StreamBatching(
            text.options().rule(text.config().laneCount()).batches(),
            new StreamTraining(new StatesInMemory(), Set::of, trainer, this));
  }

  void accept(String stream, StreamsText.Line line) {
    if (line.time() > time) {
      batching.pass(line.time() - 1);
      time = line.time();
    }
    StreamText.Tokens tokens =
        (StreamText.Tokens) StreamText.of(line.value(), StreamsText.TOKENIZER);
    cursors
        .computeIfAbsent(
            stream,
            name -> new StreamCursor(name, text.config().windows(), StreamsText.TIME_TO_LIVE))
        .accept(line.time(), tokens.tokens(), this);
  }

  @Override
  public void accept(StreamBatch batch) {
    float[] all = trainer.surprisals(batch.batch());
    int length = text.config().bptt();
    for (int i = 0; i < all.length; i++) {
      StreamChunk chunk = batch.rows().get(i / length);
      nats.computeIfAbsent(chunk.stream() + " since " + chunk.began(), run -> new HashMap<>())
          .put((long) chunk.chunk().index() * length + 1 + i % length, all[i]);
    }
    trainer.accept(batch.batch());
  }

  @Override
  public void cut(StreamChunk chunk) {
    batching.add(chunk);
  }

  @Override
  public void refuse(Refusal refusal) {
    // It changes no surprisal.
  }

  @Override
  public void started() {
    // It changes no surprisal.
  }

  @Override
  public void ended(StreamEnd end) {
    // It changes no surprisal.
  }

  @Override
  public void close() {
    batching.pass(Long.MAX_VALUE);
    trainer.close();
  }
}
