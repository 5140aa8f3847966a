package io.flinklm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Dashboard;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the dashboard of Grafana asks for, a job has. */
class GrafanaDashboardITCase {
  private static final Path DASHBOARD = Path.of("../docker/grafana/dashboards/flink-lm.json");

  // As Flink's reporter for Prometheus names them: by scope, and labelled.
  private static final Pattern METRIC =
      Pattern.compile("(flink_[A-Za-z_]+)(?:\\{operator_name=\"(\\w+)\")?");

  @TempDir private Path directory;

  @Test
  void everyMetricThatAQueryNamesIsRegistered() throws Exception {
    List<String> queries = new JsonMapper().readTree(DASHBOARD.toFile()).findValuesAsText("expr");
    assertThat(queries).isNotEmpty().allMatch(query -> METRIC.matcher(query).find());

    try (Command run =
        Command.start(directory, "run", "--continuous", "--hidden=8", "--layers=1", "--port=0")) {
      Dashboard dashboard = Dashboard.of(run);
      run.awaitThat(() -> !dashboard.gauge("validLoss").isEmpty(), "an epoch's validation");
      Set<String> known = dashboard.prometheusNames();
      assertThat(queries.stream().flatMap(query -> METRIC.matcher(query).results()))
          .extracting(GrafanaDashboardITCase::name)
          .isSubsetOf(known);
    }
  }

  private static String name(MatchResult metric) {
    return metric.group(1) + (metric.group(2) == null ? "" : " of " + metric.group(2));
  }
}
