package io.flinklm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Dashboard;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the dashboard of Grafana asks for, a job has. */
class GrafanaDashboardITCase {
  private static final Path DASHBOARD = Path.of("../docker/grafana/dashboards/flink-lm.json");

  // As Flink's reporter for Prometheus names them: by scope, and labelled.
  private static final Pattern METRIC =
      Pattern.compile("(flink_[A-Za-z_]+)(?:\\{operator_name=~?\"([\\w|]+)\")?");

  @TempDir private Path directory;

  @Test
  void everyMetricThatAQueryNamesIsRegistered() throws Exception {
    Set<String> known = new HashSet<>(namesOf("train", "--port=0"));
    known.addAll(namesOf("report", "--port=0", "--replicas=2", "--train-parallelism=2"));
    List<String> queries = new JsonMapper().readTree(DASHBOARD.toFile()).findValuesAsText("expr");
    assertThat(queries).isNotEmpty().allMatch(query -> METRIC.matcher(query).find());

    assertThat(queries.stream().flatMap(query -> METRIC.matcher(query).results()))
        .flatExtracting(GrafanaDashboardITCase::names)
        .isSubsetOf(known);
  }

  private Set<String> namesOf(String reporting, String... options) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("run", "--continuous", "--hidden=8", "--layers=1"));
    arguments.addAll(List.of(options));
    Path out = Files.createTempDirectory(directory, "run");
    try (Command run = Command.start(out, arguments.toArray(String[]::new))) {
      Dashboard dashboard = Dashboard.of(run);
      run.awaitThat(
          () -> !dashboard.metric(reporting, "validLoss").isEmpty(), "an epoch's validation");
      return dashboard.prometheusNames();
    }
  }

  // A training of several replicas is reported by an operator of its own.
  private static List<String> names(MatchResult metric) {
    return metric.group(2) == null
        ? List.of(metric.group(1))
        : Stream.of(metric.group(2).split("\\|"))
            .map(operator -> metric.group(1) + " of " + operator)
            .toList();
  }
}
