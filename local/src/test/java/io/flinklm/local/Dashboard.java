package io.flinklm.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the Flink dashboard of a run shows of its operators.
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

  /** The value of a gauge of {@code train} as it is drawn; empty where there is none yet. */
  String gauge(String name) throws Exception {
    return metric("train", name);
  }

  /** A gauge of {@code train} that is a number; -1 where there is none yet. */
  long number(String name) throws Exception {
    return count("train", name);
  }

  /** The value of an operator's metric in its first subtask; empty where there is none yet. */
  String metric(String operator, String name) throws Exception {
    String vertex = vertex(operator);
    return vertex.isEmpty()
        ? ""
        : get(vertex + "/metrics?get=0." + operator + "." + name).at("/0/value").asText();
  }

  /** A metric that is a whole number; -1 where there is none yet. */
  long count(String operator, String name) throws Exception {
    String value = metric(operator, name);
    return value.isEmpty() ? -1 : Long.parseLong(value);
  }

  /** The sum of a metric over an operator's subtasks; NaN where there is none yet. */
  double sum(String operator, String name) throws Exception {
    JsonNode found =
        get(vertex(operator) + "/subtasks/metrics?agg=sum&get=" + operator + "." + name);
    return found.at("/0/sum").asDouble(Double.NaN);
  }

  /** The names of an operator's metrics, of which a person chooses those to draw. */
  Set<String> names(String operator) throws Exception {
    String prefix = "0." + operator + ".";
    Set<String> names = new TreeSet<>();
    for (JsonNode metric : get(vertex(operator) + "/metrics")) {
      String id = metric.get("id").asText();
      if (id.startsWith(prefix)) {
        names.add(id.substring(prefix.length()));
      }
    }
    return names;
  }

  /**
   * The names that Flink's reporter for Prometheus gives all metrics of operators, job and
   * processes, and those of operators once more with " of " and the operator.
   */
  Set<String> prometheusNames() throws Exception {
    Set<String> names = new TreeSet<>();
    for (JsonNode job : get("/jobs").path("jobs")) {
      String path = "/jobs/" + job.get("id").asText();
      ids(path + "/metrics").forEach(id -> names.add("flink_jobmanager_job_" + id));
      for (JsonNode vertex : get(path).path("vertices")) {
        for (String id : ids(path + "/vertices/" + vertex.get("id").asText() + "/metrics")) {
          // Subtask, operator, name; a histogram's with what is shown of it.
          String[] parts =
              id.replaceAll("_(min|max|mean|median|stddev|p\\d+)$", "").split("\\.", 3);
          if (parts.length == 3) {
            String name = "flink_taskmanager_job_task_operator_" + parts[2].replace('.', '_');
            names.add(name);
            names.add(name + " of " + parts[1]);
          }
        }
      }
    }
    for (JsonNode process : get("/taskmanagers").get("taskmanagers")) {
      ids("/taskmanagers/" + process.get("id").asText() + "/metrics")
          .forEach(id -> names.add("flink_taskmanager_" + id.replace('.', '_')));
    }
    return names;
  }

  private Set<String> ids(String path) throws Exception {
    Set<String> ids = new TreeSet<>();
    get(path).forEach(metric -> ids.add(metric.get("id").asText()));
    return ids;
  }

  // Operators that are chained are one vertex, with the names of all.
  private String vertex(String operator) throws Exception {
    // A metric names a source "Source__" and its name.
    String word = operator.substring(operator.lastIndexOf('_') + 1);
    for (JsonNode job : get("/jobs").path("jobs")) {
      String path = "/jobs/" + job.get("id").asText();
      for (JsonNode vertex : get(path).path("vertices")) {
        if (List.of(vertex.get("name").asText().split("[^a-z]+")).contains(word)) {
          return path + "/vertices/" + vertex.get("id").asText();
        }
      }
    }
    return "";
  }

  private JsonNode get(String path) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(address + path)).build();
    return JSON.readTree(CLIENT.send(request, BodyHandlers.ofString()).body());
  }
}
