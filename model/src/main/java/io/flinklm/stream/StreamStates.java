package io.flinklm.stream;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;

/** The states of all streams that have one, wherever they are kept. */
public interface StreamStates {

  /** The state of a stream; null for none. */
  StreamState get(String stream);

  /** Keeps the states of streams. */
  void put(Map<String, StreamState> changed);

  /** Lets go of the state of a stream. */
  void remove(String stream);

  /**
   * Learns which streams will likely be asked for next, so that their states can be at hand. A
   * guess: nothing but time depends on it.
   */
  default void expect(Set<String> streams) {}

  /** The names of all streams that have a state. */
  SortedSet<String> names();

  /** SHA-256 over all hidden states, stream by stream: where it agrees, every bit of them does. */
  default String sha256() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (DataOutputStream out =
          new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest))) {
        for (String name : names()) {
          StreamNameBytes.write(name, out);
          get(name).hiddenState().write(out);
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException | IOException e) {
      throw new IllegalStateException("every Java has SHA-256, and nothing is written", e);
    }
  }
}
