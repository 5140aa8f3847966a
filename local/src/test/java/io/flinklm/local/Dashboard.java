package io.flinklm.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/**
 * What the Flink dashboard of a run shows of its operator {@code train}.
 *
 * @param address where a browser finds it
 */
record Dashboard(String address) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  /** The dashboard that a command announces. */
  static Dashboard of(Command command) throws Exception {
    return new Dashboard(command.awaitLine("Dashboard "));
  }

  /** The value of a gauge as it is drawn; empty where there is none yet. */
  String gauge(String name) throws Exception {
    for (JsonNode job : get("/jobs").get("jobs")) {
      String path = "/jobs/" + job.get("id").asText();
      JsonNode vertices = get(path).path("vertices");
      for (JsonNode vertex : vertices) {
        if (vertex.get("name").asText().startsWith("train")) {
          String id = vertex.get("id").asText();
          JsonNode metrics = get(path + "/vertices/" + id + "/metrics?get=0.train." + name);
          return metrics.path(0).path("value").asText();
        }
      }
    }
    return "";
  }

  /** A gauge that is a number; -1 where there is none yet. */
  long number(String name) throws Exception {
    String value = gauge(name);
    return value.isEmpty() ? -1 : Long.parseLong(value);
  }

  private JsonNode get(String path) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(address + path)).build();
    return JSON.readTree(CLIENT.send(request, BodyHandlers.ofString()).body());
  }
}
