package io.flinklm.topics;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server that an address of Kafka names. */
record KafkaServer(String host, int port) {
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("\\s*(\\[[^\\[\\]\\s]+]|[^:\\[\\]\\s/]+):(\\d{1,5})\\s*");
  private static final int PROBE_MILLIS = 1_000;

  /** Reads HOST:PORT; empty if it is none. */
  static Optional<KafkaServer> parse(String text) {
    Matcher parts = HOST_AND_PORT.matcher(text);
    int port = parts.matches() ? Integer.parseInt(parts.group(2)) : 0;
    return port < 1 || port > 65_535
        ? Optional.empty()
        : Optional.of(new KafkaServer(parts.group(1), port));
  }

  /** What keeps this machine from opening a connection; empty if nothing does. */
  Optional<String> obstacle() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), PROBE_MILLIS);
      return Optional.empty();
    } catch (UnknownHostException e) {
      return Optional.of("no machine is known by the name " + host);
    } catch (IOException e) {
      return Optional.ofNullable(e.getMessage());
    }
  }
}
