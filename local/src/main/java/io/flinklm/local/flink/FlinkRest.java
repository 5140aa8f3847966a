package io.flinklm.local.flink;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.jobgraph.JobVertexID;
import org.apache.flink.runtime.messages.webmonitor.JobDetails;
import org.apache.flink.runtime.rest.messages.EmptyMessageParameters;
import org.apache.flink.runtime.rest.messages.JobExceptionsHeaders;
import org.apache.flink.runtime.rest.messages.JobExceptionsInfoWithHistory.RootExceptionInfo;
import org.apache.flink.runtime.rest.messages.JobMessageParameters;
import org.apache.flink.runtime.rest.messages.JobVertexDetailsHeaders;
import org.apache.flink.runtime.rest.messages.JobVertexMessageParameters;
import org.apache.flink.runtime.rest.messages.JobsOverviewHeaders;
import org.apache.flink.runtime.rest.messages.MessageQueryParameter;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointStatistics.CompletedCheckpointStatistics;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointingStatistics;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointingStatisticsHeaders;
import org.apache.flink.runtime.rest.messages.job.JobDetailsHeaders;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo.JobVertexDetailsInfo;
import org.apache.flink.runtime.rest.messages.job.JobExceptionsMessageParameters;
import org.apache.flink.runtime.rest.messages.job.metrics.JobVertexMetricsHeaders;
import org.apache.flink.runtime.rest.messages.job.metrics.JobVertexMetricsMessageParameters;
import org.apache.flink.runtime.rest.messages.job.metrics.Metric;
import org.apache.flink.runtime.rest.messages.job.metrics.MetricsFilterParameter;

/**
 * A reader of Flink's REST interface: what it says of jobs that Flink's client of a cluster does
 * not ask. It only looks. An answer that is an error is an {@link IOException}.
 */
public final class FlinkRest implements AutoCloseable {
  private final RestInterface rest;

  /**
   * A reader of one interface.
   *
   * @param address of the interface, as of the dashboard
   */
  public FlinkRest(String address) {
    this.rest = new RestInterface(URI.create(address));
  }

  /** The ids of the TaskManagers that an operator's subtasks run on, by the operator's name. */
  public List<String> taskManagersOf(JobID job, String operator)
      throws IOException, InterruptedException {
    JobVertexID vertex =
        vertexOf(job, operator)
            .orElseThrow(() -> new IOException("no operator " + operator + " in job " + job));
    return rest.get(JobVertexDetailsHeaders.getInstance(), of(job, vertex)).getSubtasks().stream()
        .map(subtask -> subtask.getTaskmanagerId())
        .toList();
  }

  /** What the checkpoints of the job that was started last were like. */
  public CheckpointStatistics checkpointsOfNewestJob() throws IOException, InterruptedException {
    JobDetails newest =
        rest
            .get(JobsOverviewHeaders.getInstance(), EmptyMessageParameters.getInstance())
            .getJobs()
            .stream()
            .max(Comparator.comparingLong(JobDetails::getStartTime))
            .orElseThrow(() -> new IOException("Flink has no job"));
    CheckpointingStatistics checkpoints =
        rest.get(
            CheckpointingStatisticsHeaders.getInstance(),
            of(newest.getJobId(), new JobMessageParameters()));
    return new CheckpointStatistics(
        checkpoints.getCounts().getNumberCompletedCheckpoints(),
        checkpoints.getSummary().getStateSize().getAverage(),
        checkpoints.getSummary().getStateSize().getMaximum(),
        Math.round(
            checkpoints.getHistory().stream()
                .filter(CompletedCheckpointStatistics.class::isInstance)
                .mapToLong(each -> each.getCheckpointedSize())
                .average()
                .orElse(0)),
        checkpoints.getSummary().getDuration().getAverage());
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
    Optional<JobVertexID> vertex = vertexOf(job, operator);
    if (vertex.isEmpty()) {
      return Map.of();
    }
    String prefix = "0." + operator + ".";
    JobVertexMetricsMessageParameters asked = new JobVertexMetricsMessageParameters();
    asked.jobPathParameter.resolve(job);
    asked.jobVertexIdPathParameter.resolve(vertex.get());
    for (MessageQueryParameter<?> parameter : asked.getQueryParameters()) {
      if (parameter instanceof MetricsFilterParameter filter) {
        filter.resolve(names.stream().map(prefix::concat).toList());
      }
    }
    Map<String, String> values = new HashMap<>();
    for (Metric metric : rest.get(JobVertexMetricsHeaders.getInstance(), asked).getMetrics()) {
      values.put(metric.getId().substring(prefix.length()), metric.getValue());
    }
    return values;
  }

  /** The newest failures of a job, the oldest of them first. */
  List<JobFailure> failures(JobID job) throws IOException, InterruptedException {
    List<JobFailure> failures = new ArrayList<>();
    for (RootExceptionInfo failure :
        rest.get(JobExceptionsHeaders.getInstance(), of(job, new JobExceptionsMessageParameters()))
            .getExceptionHistory()
            .getEntries()) {
      failures.add(
          new JobFailure(
              failure.getTimestamp(),
              Objects.requireNonNullElse(failure.getTaskName(), ""),
              failure.getStacktrace()));
    }
    Collections.reverse(failures);
    return failures;
  }

  private Optional<JobVertexID> vertexOf(JobID job, String operator)
      throws IOException, InterruptedException {
    return rest
        .get(JobDetailsHeaders.getInstance(), of(job, new JobMessageParameters()))
        .getJobVertexInfos()
        .stream()
        .filter(vertex -> vertex.getName().startsWith(operator))
        .map(JobVertexDetailsInfo::getJobVertexID)
        .findFirst();
  }

  private static <U extends JobMessageParameters> U of(JobID job, U parameters) {
    parameters.jobPathParameter.resolve(job);
    return parameters;
  }

  private static JobVertexMessageParameters of(JobID job, JobVertexID vertex) {
    JobVertexMessageParameters parameters = of(job, new JobVertexMessageParameters());
    parameters.jobVertexIdPathParameter.resolve(vertex);
    return parameters;
  }

  @Override
  public void close() {
    rest.close();
  }
}
