package io.flinklm.stream;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The states of streams in a map of this process. Not thread safe. */
public final class StatesInMemory implements StreamStates {
  private final SortedMap<String, StreamState> states = new TreeMap<>();

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
    return Collections.unmodifiableSortedSet(new TreeSet<>(states.keySet()));
  }
}
