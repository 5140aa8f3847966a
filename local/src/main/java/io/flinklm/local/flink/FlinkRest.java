package io.flinklm.local.flink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;

/**
 * What Flink's REST interface says and its client does not ask.
 *
 * @param address of the interface, as of the dashboard
 */
public record FlinkRest(String address) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  /** The id of the TaskManager that an operator's one subtask runs on, by the operator's name. */
  public String taskManagerOf(JobID job, String operator) throws IOException, InterruptedException {
    for (JsonNode vertex : get("/jobs/" + job).get("vertices")) {
      if (vertex.get("name").asText().startsWith(operator)) {
        JsonNode subtasks = get("/jobs/" + job + "/vertices/" + vertex.get("id").asText());
        return subtasks.at("/subtasks/0/taskmanager-id").asText();
      }
    }
    throw new IOException("no operator " + operator + " in job " + job);
  }

  /** What the checkpoints of the job that was started last were like. */
  public CheckpointStatistics checkpointsOfNewestJob() throws IOException, InterruptedException {
    JsonNode newest = null;
    for (JsonNode job : get("/jobs/overview").get("jobs")) {
      if (newest == null || job.get("start-time").asLong() > newest.get("start-time").asLong()) {
        newest = job;
      }
    }
    JsonNode checkpoints = get("/jobs/" + newest.get("jid").asText() + "/checkpoints");
    return new CheckpointStatistics(
        checkpoints.at("/counts/completed").asLong(),
        checkpoints.at("/summary/state_size/avg").asLong(),
        checkpoints.at("/summary/end_to_end_duration/avg").asLong());
  }

  /** A metric of an operator's first subtask, as text; empty where there is none yet. */
  String metric(JobID job, String operator, String name) throws IOException, InterruptedException {
    return firstSubtask(job, operator, List.of(name)).getOrDefault(name, "");
  }

  /** Metrics of an operator's first subtask that are whole numbers, as far as they are there. */
  public Map<String, Long> metrics(JobID job, String operator, List<String> names)
      throws IOException, InterruptedException {
    Map<String, Long> metrics = new HashMap<>();
    firstSubtask(job, operator, names)
        .forEach((name, value) -> metrics.put(name, Long.parseLong(value)));
    return metrics;
  }

  private Map<String, String> firstSubtask(JobID job, String operator, List<String> names)
      throws IOException, InterruptedException {
    Map<String, String> values = new HashMap<>();
    String prefix = "0." + operator + ".";
    for (JsonNode vertex : get("/jobs/" + job).path("vertices")) {
      if (vertex.get("name").asText().startsWith(operator)) {
        String path = "/jobs/" + job + "/vertices/" + vertex.get("id").asText() + "/metrics?get=";
        for (JsonNode metric : get(path + prefix + String.join("," + prefix, names))) {
          values.put(
              metric.get("id").asText().substring(prefix.length()), metric.get("value").asText());
        }
        return values;
      }
    }
    return values;
  }

  /** The newest failures of a job, the oldest of them first. */
  List<JobFailure> failures(JobID job) throws IOException, InterruptedException {
    List<JobFailure> failures = new ArrayList<>();
    for (JsonNode failure : get("/jobs/" + job + "/exceptions").at("/exceptionHistory/entries")) {
      failures.add(
          new JobFailure(
              failure.path("timestamp").asLong(),
              failure.path("taskName").asText(""),
              failure.path("stacktrace").asText("")));
    }
    Collections.reverse(failures);
    return failures;
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(address + path)).build();
    return JSON.readTree(CLIENT.send(request, BodyHandlers.ofString()).body());
  }
}
