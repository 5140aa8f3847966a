package io.flinklm.job.predict;

import io.flinklm.predict.LoadedModel.Frame;
import io.flinklm.predict.Memory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.api.common.state.ValueState;

/**
 * What is remembered of the sessions of prompts: keyed state, a blob a session, within limits of
 * number and bytes. Where a limit is reached, the session that was used least recently is
 * forgotten. Not thread safe.
 */
final class Sessions {
  private final ValueState<byte[]> state;
  private final String model;
  private final AnswerLimits limits;
  private final Consumer<String> setKey;

  // Bytes by key, the least recently used first.
  private final Map<String, Integer> sizes = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;
  private long forgotten;

  /**
   * The sessions of a subtask.
   *
   * @param state keyed by session
   * @param frame of the model that answers
   * @param setKey makes a session the one that the state is of
   */
  Sessions(ValueState<byte[]> state, Frame frame, AnswerLimits limits, Consumer<String> setKey) {
    this.state = state;
    this.model = SessionState.model(frame);
    this.limits = limits;
    this.setKey = setKey;
  }

  /** Finds in a checkpoint which sessions there are, how large and how recent. */
  void restore(List<String> keys) throws IOException {
    record Found(String key, int size, long lastUsed) {}
    List<Found> found = new ArrayList<>();
    for (String key : keys) {
      setKey.accept(key);
      byte[] blob = state.value();
      if (blob != null) {
        found.add(new Found(key, blob.length, SessionState.read(blob).lastUsed()));
      }
    }
    found.sort(Comparator.comparingLong(Found::lastUsed));
    for (Found session : found) {
      add(session.key, session.size);
    }
    forgetOldest();
  }

  /** What is remembered of a session; nothing of one that another model had. */
  Memory of(String key) throws IOException {
    setKey.accept(key);
    byte[] blob = state.value();
    SessionState session = blob == null ? null : SessionState.read(blob);
    return session != null && session.model().equals(model) ? session.memory() : Memory.NONE;
  }

  /**
   * Remembers a session.
   *
   * @param now time in milliseconds
   */
  void remember(String key, Memory memory, long now) throws IOException {
    setKey.accept(key);
    byte[] blob = new SessionState(model, memory, now).write();
    state.update(blob);
    add(key, blob.length);
    forgetOldest();
  }

  private void add(String key, int size) {
    Integer before = sizes.put(key, size);
    bytes += size - (before == null ? 0 : before);
  }

  private void forgetOldest() {
    Iterator<Map.Entry<String, Integer>> oldest = sizes.entrySet().iterator();
    while (sizes.size() > limits.sessions() || bytes > limits.sessionBytes()) {
      Map.Entry<String, Integer> session = oldest.next();
      setKey.accept(session.getKey());
      state.clear();
      bytes -= session.getValue();
      oldest.remove();
      forgotten++;
    }
  }

  int count() {
    return sizes.size();
  }

  long bytes() {
    return bytes;
  }

  /** How many were forgotten because of a limit. */
  long forgotten() {
    return forgotten;
  }
}
