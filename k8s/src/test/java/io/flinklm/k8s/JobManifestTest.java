package io.flinklm.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.flinklm.application.FlinkLmJob;
import io.flinklm.cli.FlinkLm;
import io.flinklm.topics.TopicNames;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.kubernetes.operator.api.FlinkDeployment;
import org.apache.flink.kubernetes.operator.api.spec.JobSpec;
import org.apache.flink.kubernetes.operator.api.spec.KubernetesDeploymentMode;
import org.apache.flink.kubernetes.operator.api.spec.UpgradeMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The parts of the manifests that must agree about the job do. */
class JobManifestTest {
  private static final int METRICS = 9249;

  static Stream<Overlay> overlays() {
    return Overlay.all().stream();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void theJobIsThatOfTheImage(Overlay overlay) {
    JobSpec job = overlay.job().getJob();

    assertThat(job.getJarURI()).isEqualTo("local:///opt/flink/usrlib/flink-lm-job.jar");
    assertThat(job.getEntryClass()).isEqualTo(FlinkLmJob.class.getName());
    assertThat(job.getUpgradeMode()).isEqualTo(UpgradeMode.SAVEPOINT);
    JsonNode version =
        overlay.manifests().stream()
            .filter(manifest -> manifest.id().contains(" FlinkDeployment "))
            .findFirst()
            .orElseThrow()
            .tree()
            .at("/spec/flinkVersion");
    assertThat(version.asText()).isEqualTo("v2_2");
  }

  static Stream<Overlay> overlaysWithAndWithoutReplicas() {
    return Overlay.NAMES.stream()
        .map(Overlay::of)
        .flatMap(
            overlay ->
                overlay.name().equals("replicas")
                    ? Stream.of(overlay)
                    : Stream.of(overlay, overlay.with("replicas")));
  }

  @ParameterizedTest
  @MethodSource("overlaysWithAndWithoutReplicas")
  void everySubtaskThatTrainsHasATaskManager(Overlay overlay) {
    List<String> arguments = Arguments.ofJob(overlay);
    int replicas = number(arguments, "replicas");
    int subtasks = number(arguments, "train-parallelism");
    int parallelism = overlay.job().getJob().getParallelism();
    int slots =
        Integer.parseInt(
            overlay.job().getFlinkConfiguration().get(TaskManagerOptions.NUM_TASK_SLOTS.key()));

    assertThatCode(() -> FlinkLmJob.read(arguments.toArray(String[]::new)))
        .doesNotThrowAnyException();
    assertThat(overlay.job().getMode()).isNotEqualTo(KubernetesDeploymentMode.STANDALONE);
    assertThat(replicas).isEqualTo(overlay.name().endsWith("replicas") ? 2 : 1);
    assertThat(subtasks).isEqualTo(replicas);
    // Flink asks for as many TaskManagers as hold the slots of the largest parallelism.
    assertThat(Math.max(parallelism, subtasks)).isEqualTo(slots * subtasks);
    if (subtasks > 1) {
      assertThat(slots).as("else one TaskManager could get several").isEqualTo(1);
    }
  }

  private static int number(List<String> arguments, String name) {
    return Arguments.given(arguments, name).map(Integer::valueOf).orElse(1);
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void theArgumentsAreUnderstood(Overlay overlay) {
    assertThatCode(() -> FlinkLmJob.read(Arguments.ofJob(overlay).toArray(String[]::new)))
        .doesNotThrowAnyException();
    assertThatCode(
            () ->
                FlinkLm.commandLine()
                    .parseArgs(Arguments.ofProducer(overlay).toArray(String[]::new)))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void jobAndProducerAgree(Overlay overlay) {
    List<String> job = Arguments.ofJob(overlay);
    List<String> producer = Arguments.ofProducer(overlay);
    KafkaTopic text =
        overlay.all(KafkaTopic.class).stream()
            .filter(topic -> topic.getMetadata().getName().equals(TopicNames.TEXT))
            .findFirst()
            .orElseThrow();

    assertThat(Arguments.value(producer, "lanes")).isEqualTo(Arguments.value(job, "lanes"));
    assertThat(Arguments.value(producer, "partitions"))
        .isEqualTo(text.getSpec().getPartitions().toString());
    assertThat(overlay.job().getJob().getParallelism())
        .isLessThanOrEqualTo(text.getSpec().getPartitions());
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void whatIsKeptIsOnTheVolume(Overlay overlay) {
    Container container = overlay.job().getPodTemplate().getSpec().getContainers().get(0);
    String volume =
        container.getVolumeMounts().stream()
            .filter(mount -> mount.getName().equals("state"))
            .map(VolumeMount::getMountPath)
            .findFirst()
            .orElseThrow();
    Map<String, String> settings = overlay.job().getFlinkConfiguration();

    assertThat(container.getName()).isEqualTo("flink-main-container");
    assertThat(
            List.of(
                settings.get("execution.checkpointing.dir"),
                settings.get("execution.checkpointing.savepoint-dir"),
                settings.get("high-availability.storageDir"),
                Arguments.value(Arguments.ofJob(overlay), "out")))
        .allMatch(place -> place.startsWith("file://" + volume + "/"))
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void metricsAreWherePrometheusLooks(Overlay overlay) {
    ContainerPort port =
        overlay.job().getPodTemplate().getSpec().getContainers().get(0).getPorts().get(0);
    PodMonitor monitor = overlay.only(PodMonitor.class);

    assertThat(port.getContainerPort()).isEqualTo(METRICS);
    assertThat(overlay.job().getFlinkConfiguration())
        .containsEntry("metrics.reporter.prom.port", Integer.toString(METRICS));
    assertThat(monitor.getSpec().getPodMetricsEndpoints().get(0).getPort())
        .isEqualTo(port.getName());
    // Flink gives its pods the name of the deployment as this label.
    assertThat(monitor.getSpec().getSelector().getMatchLabels())
        .containsEntry("app", overlay.only(FlinkDeployment.class).getMetadata().getName());
  }
}
