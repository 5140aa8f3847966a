package io.flinklm.job.stream;

import ai.djl.Device;
import io.flinklm.lane.Refusal;
import io.flinklm.stream.StreamBatch;
import io.flinklm.stream.StreamChunk;
import io.flinklm.stream.StreamCursor;
import io.flinklm.stream.StreamEnd;
import io.flinklm.stream.StreamState;
import io.flinklm.stream.StreamStates;
import io.flinklm.stream.StreamText;
import io.flinklm.stream.StreamTraining;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Trains on streams in the order of their times and asks for the surprisals of each batch first.
 */
final class SurprisalLoop implements AutoCloseable, StreamTraining.Steps, StreamCursor.Events {
  private final StreamsText text;
  private final Map<String, Map<Long, Float>> nats;
  private final Trainer trainer;
  private final StreamTraining training;
  private final Map<String, StreamCursor> cursors = new HashMap<>();
  private long time = Long.MIN_VALUE;

  /** States of streams that are all kept. */
  private static final class States implements StreamStates {
    private final Map<String, StreamState> states = new HashMap<>();

    @Override
    public StreamState get(String stream) {
      return states.get(stream);
    }

    @Override
    public void put(Map<String, StreamState> changed) {
      states.putAll(changed);
    }

    @Override
    public void remove(String stream) {
      states.remove(stream);
    }

    @Override
    public SortedSet<String> names() {
      return new TreeSet<>(states.keySet());
    }
  }

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
    training =
        new StreamTraining(
            text.options().rule(text.config().laneCount()).batches(), new States(), trainer, this);
  }

  void accept(String stream, StreamsText.Line line) {
    if (line.time() > time) {
      training.pass(line.time() - 1);
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
    training.add(chunk);
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
    training.pass(Long.MAX_VALUE);
    trainer.close();
  }
}
