package io.flinklm.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.UserMistake;
import io.flinklm.application.FlinkLmJob;
import io.flinklm.cli.FlinkLm;
import io.flinklm.dashboard.DashboardOptions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * docker compose is told what job and commands understand, and nothing that opens more than it
 * must. That it comes up, {@code docker/rehearse} shows.
 */
class ComposeTest {
  private static final Set<String> ONCE = Set.of("topics");

  // It ends where Kafka does not take its text, and is started again.
  private static final Set<String> WITHOUT_PORT = Set.of("topics", "producer");
  private static final Set<String> TASK_MANAGERS = Set.of("taskmanager", "taskmanager-reserve");

  static Stream<Compose> files() {
    return Compose.all().stream();
  }

  @ParameterizedTest
  @MethodSource("files")
  void nothingIsOpenButToThisMachine(Compose compose) {
    for (String service : compose.services().keySet()) {
      assertThat(compose.texts(service, "ports"))
          .as(service)
          .allMatch(port -> port.matches("127\\.0\\.0\\.1:[0-9]+:[0-9]+"));
      assertThat(compose.service(service).has("network_mode")).as(service).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void nobodyIsRootOrBecomesIt(Compose compose) {
    compose
        .services()
        .forEach(
            (name, service) -> {
              assertThat(service.path("user").asText()).as(name).matches("[1-9][0-9]*:[0-9]+");
              assertThat(service.path("read_only").asBoolean()).as(name).isTrue();
              assertThat(service.has("privileged")).as(name).isFalse();
              assertThat(compose.texts(name, "cap_drop")).as(name).containsExactly("ALL");
              assertThat(compose.texts(name, "security_opt"))
                  .as(name)
                  .containsExactly("no-new-privileges:true");
            });
  }

  @ParameterizedTest
  @MethodSource("files")
  void whatEndsStartsAgainAndWhatListensIsAsked(Compose compose) {
    compose
        .services()
        .forEach(
            (name, service) -> {
              assertThat(service.path("restart").asText())
                  .as(name)
                  .isEqualTo(ONCE.contains(name) ? "on-failure" : "unless-stopped");
              assertThat(Compose.texts(service.at("/healthcheck/test")).size() > 1)
                  .as(name)
                  .isNotEqualTo(WITHOUT_PORT.contains(name));
              assertThat(service.has("mem_limit")).as(name).isTrue();
            });
  }

  @ParameterizedTest
  @MethodSource("files")
  void argumentsAreUnderstoodAndAgree(Compose compose) {
    List<String> job = compose.ofJob();
    List<String> producer = compose.texts("producer", "command");

    assertThat(compose.texts("jobmanager", "command")).contains(FlinkLmJob.class.getName());
    assertThatCode(() -> FlinkLmJob.read(job.toArray(String[]::new))).doesNotThrowAnyException();
    for (String service : List.of("topics", "producer")) {
      String[] arguments = compose.texts(service, "command").toArray(String[]::new);
      assertThatCode(() -> FlinkLm.commandLine().parseArgs(arguments)).doesNotThrowAnyException();
    }
    assertThat(job).contains("--go-on");
    assertThat(Arguments.value(producer, "lanes")).isEqualTo(Arguments.value(job, "lanes"));
    assertThat(List.of(Arguments.value(producer, "bootstrap"), Arguments.value(job, "bootstrap")))
        .containsOnly("kafka:9092");
  }

  @Test
  void replicasAreAskedForByVariablesAndEachHasATaskManager() {
    for (Compose compose : Compose.all()) {
      assertThat(compose.ofJob()).as("one").contains("--replicas=1", "--train-parallelism=1");
      assertThat(compose.flinkSettings("jobmanager"))
          .containsEntry(TaskManagerOptions.NUM_TASK_SLOTS.key(), "1");
      // What containers of one service cannot share.
      assertThat(List.of("container_name", "hostname", "ports", "networks"))
          .noneMatch(compose.service("taskmanager")::has);
    }
    for (Compose compose :
        Compose.all(Map.of("FLINK_LM_REPLICAS", "2", "FLINK_LM_TRAIN_PARALLELISM", "2"))) {
      assertThat(compose.ofJob()).contains("--replicas=2", "--train-parallelism=2");
      assertThatCode(() -> FlinkLmJob.read(compose.ofJob().toArray(String[]::new)))
          .doesNotThrowAnyException();
    }
    for (Compose compose : Compose.all(Map.of("FLINK_LM_TRAIN_PARALLELISM", "2"))) {
      assertThatThrownBy(() -> FlinkLmJob.read(compose.ofJob().toArray(String[]::new)))
          .isInstanceOf(UserMistake.class)
          .hasMessageContaining("--train-parallelism 2 needs as many replicas");
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void flinkUnderstandsItsSettingsAndItsMemoryAddsUp(Compose compose) {
    Configuration settings =
        new FlinkSettings(compose.flinkSettings("jobmanager")).read("docker-compose.yml");

    for (String service : TASK_MANAGERS) {
      assertThat(compose.flinkSettings(service)).isEqualTo(compose.flinkSettings("jobmanager"));
      assertThat(limit(compose, service))
          .isGreaterThan(settings.get(TaskManagerOptions.TOTAL_PROCESS_MEMORY));
    }
    assertThat(limit(compose, "jobmanager"))
        .isGreaterThan(settings.get(JobManagerOptions.TOTAL_PROCESS_MEMORY));
    assertThat(TaskExecutorProcessUtils.processSpecFromConfig(settings).getTaskOffHeapSize())
        .isGreaterThanOrEqualTo(MemorySize.parse("512m"));
    assertThat(JobManagerProcessUtils.processSpecFromConfig(settings).getJvmHeapMemorySize())
        .isGreaterThanOrEqualTo(MemorySize.parse("512m"));
  }

  @ParameterizedTest
  @MethodSource("files")
  void theDashboardShowsAndDoesNothing(Compose compose) {
    assertThat(compose.flinkSettings("jobmanager"))
        .containsAllEntriesOf(DashboardOptions.SHOWS_ONLY)
        .doesNotContainKey(DashboardOptions.CONTROL.key());
  }

  @ParameterizedTest
  @MethodSource("files")
  void whatIsKeptIsOnAVolume(Compose compose) {
    Map<String, String> settings = compose.flinkSettings("jobmanager");
    List<String> kept =
        List.of(
            settings.get("execution.checkpointing.dir"),
            settings.get("execution.checkpointing.savepoint-dir"),
            Arguments.value(compose.ofJob(), "out"));

    for (String service : List.of("jobmanager", "taskmanager", "taskmanager-reserve")) {
      String volume = compose.mounts(service).get("flink-lm");
      assertThat(kept).allMatch(place -> place.startsWith("file://" + volume + "/"));
    }
    assertThat(compose.mounts("kafka"))
        .containsEntry(
            "kafka", compose.service("kafka").at("/environment/KAFKA_LOG_DIRS").asText());
    assertThat(compose.tree().get("volumes").properties())
        .extracting(Map.Entry::getKey)
        .containsExactlyInAnyOrder("kafka", "flink-lm", "prometheus", "grafana");
  }

  private static MemorySize limit(Compose compose, String service) {
    return MemorySize.parse(compose.service(service).get("mem_limit").asText());
  }
}
