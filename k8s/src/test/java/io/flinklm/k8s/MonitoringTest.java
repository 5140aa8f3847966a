package io.flinklm.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Prometheus asks Flink where Flink answers, and Grafana finds Prometheus and its dashboard. That
 * the queries name metrics of the job, {@code GrafanaDashboardITCase} shows.
 */
class MonitoringTest {
  private static final Path GRAFANA = Compose.TOP.resolve("docker/grafana");
  private static final String DASHBOARDS = "./docker/grafana/dashboards";

  private final Compose compose = Compose.all().get(0);

  private static JsonNode yaml(String file) {
    return Yaml.read(Compose.TOP.resolve("docker").resolve(file)).get(0);
  }

  private static JsonNode dashboard() throws Exception {
    return JsonMapper.builder()
        .build()
        .readTree(GRAFANA.resolve("dashboards/flink-lm.json").toFile());
  }

  @Test
  void prometheusAsksEveryProcessOfFlink() {
    String port = compose.flinkSettings("jobmanager").get("metrics.reporter.prom.port");
    JsonNode flink = yaml("prometheus/prometheus.yml").at("/scrape_configs/0");

    // A name has the addresses of all containers of a service.
    assertThat(flink.at("/dns_sd_configs/0/type").asText()).isEqualTo("A");
    assertThat(flink.at("/dns_sd_configs/0/port").asText()).isEqualTo(port);
    assertThat(Compose.texts(flink.at("/dns_sd_configs/0/names")))
        .containsExactlyInAnyOrder("jobmanager", "taskmanager", "taskmanager-reserve");
    assertThat(flink.at("/relabel_configs/0/target_label").asText()).isEqualTo("service");
  }

  @Test
  void grafanaFindsPrometheusAndTheDashboard() {
    JsonNode source = yaml("grafana/provisioning/datasources/prometheus.yml").at("/datasources/0");

    assertThat(source.get("url").asText()).isEqualTo("http://prometheus:9090");
    assertThat(compose.texts("prometheus", "ports")).containsExactly("127.0.0.1:9090:9090");
    assertThat(yaml("grafana/provisioning/dashboards/flink-lm.yml").at("/providers/0/options/path"))
        .hasToString('"' + compose.mounts("grafana").get(DASHBOARDS) + '"');
    assertThat(compose.mounts("grafana"))
        .containsEntry("./docker/grafana/provisioning", "/etc/grafana/provisioning");
    assertThat(
            compose
                .service("grafana")
                .at("/environment/GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH")
                .asText())
        .isEqualTo(compose.mounts("grafana").get(DASHBOARDS) + "/flink-lm.json");
  }

  @Test
  void thePanelsAskThatPrometheusAndShowWhatAnOperatorLooksFor() throws Exception {
    JsonNode source = yaml("grafana/provisioning/datasources/prometheus.yml").at("/datasources/0");
    JsonNode panels = dashboard().get("panels");

    assertThat(panels.findValuesAsText("title"))
        .contains(
            "Loss",
            "Perplexity",
            "Accuracy",
            "Tokens per second",
            "Step time",
            "Lanes waited for",
            "Checkpoint time",
            "Checkpoint size",
            "Kafka lag",
            "Prediction latency")
        .doesNotHaveDuplicates();
    for (JsonNode panel : panels) {
      assertThat(panel.findValues("datasource"))
          .as(panel.get("title").asText())
          .hasSize(panel.get("targets").size() + 1)
          .allMatch(
              one ->
                  one.get("uid").equals(source.get("uid"))
                      && one.get("type").equals(source.get("type")));
      assertThat(panel.get("targets")).isNotEmpty();
    }
    assertThat(panels.findValues("id")).doesNotHaveDuplicates();
  }

  @Test
  void noPanelLiesOnAnother() throws Exception {
    List<JsonNode> places = dashboard().get("panels").findValues("gridPos");

    for (JsonNode place : places) {
      assertThat(place.get("x").asInt() + place.get("w").asInt()).isLessThanOrEqualTo(24);
      assertThat(places).filteredOn(other -> overlap(place, other)).containsExactly(place);
    }
  }

  private static boolean overlap(JsonNode one, JsonNode other) {
    return meet(one, other, "x", "w") && meet(one, other, "y", "h");
  }

  private static boolean meet(JsonNode one, JsonNode other, String from, String length) {
    return one.get(from).asInt() < other.get(from).asInt() + other.get(length).asInt()
        && other.get(from).asInt() < one.get(from).asInt() + one.get(length).asInt();
  }
}
