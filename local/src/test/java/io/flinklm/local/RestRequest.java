package io.flinklm.local;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A request to Flink's REST interface as anybody can send one: Java's own client does not let a
 * request name another host or the origin of a web page.
 *
 * @param method of HTTP
 * @param path with the query
 * @param headers each with its name
 * @param body empty for none
 */
record RestRequest(String method, String path, List<String> headers, String body) {

  static RestRequest of(String method, String path) {
    return new RestRequest(method, path, List.of(), "");
  }

  RestRequest with(String header) {
    List<String> more = new ArrayList<>(headers);
    more.add(header);
    return new RestRequest(method, path, more, body);
  }

  RestRequest withBody(String content) {
    return new RestRequest(method, path, headers, content);
  }

  /**
   * What came back.
   *
   * @param status of HTTP
   * @param text all of it, headers too, in lower case
   */
  record Answer(int status, String text) {}

  /** Sends it to a port of this machine; it names localhost unless it has a host already. */
  Answer send(int port) throws IOException {
    RestRequest whole =
        headers.stream().anyMatch(header -> header.startsWith("Host:"))
            ? this
            : with("Host: localhost:" + port);
    String head =
        "%s %s HTTP/1.1\r\n%s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
            .formatted(method, path, String.join("\r\n", whole.headers), body.length());
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write((head + body).getBytes(ISO_8859_1));
      String text = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
      return new Answer(Integer.parseInt(text.split(" ", 3)[1]), text.toLowerCase(Locale.ROOT));
    }
  }
}
