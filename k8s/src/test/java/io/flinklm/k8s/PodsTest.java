package io.flinklm.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.strimzi.api.kafka.model.common.template.ContainerTemplate;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.kafka.KafkaSpec;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.flink.kubernetes.operator.api.spec.FlinkDeploymentSpec;
import org.apache.flink.kubernetes.operator.api.spec.Resource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every pod runs without root and says what it needs. */
class PodsTest {
  static Stream<Overlay> overlays() {
    return Overlay.all().stream();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void noneRunsAsRoot(Overlay overlay) {
    KafkaSpec kafka = overlay.only(Kafka.class).getSpec();
    List<PodSecurityContext> pods = new ArrayList<>();
    pods.add(kafka.getKafka().getTemplate().getPod().getSecurityContext());
    pods.add(kafka.getEntityOperator().getTemplate().getPod().getSecurityContext());
    List<SecurityContext> containers = new ArrayList<>();
    Stream.of(
            kafka.getKafka().getTemplate().getKafkaContainer(),
            kafka.getEntityOperator().getTemplate().getTopicOperatorContainer(),
            kafka.getEntityOperator().getTemplate().getUserOperatorContainer())
        .filter(Objects::nonNull)
        .map(ContainerTemplate::getSecurityContext)
        .forEach(containers::add);
    assertThat(containers).hasSize(kafka.getEntityOperator().getUserOperator() == null ? 2 : 3);
    for (PodSpec pod :
        List.of(overlay.producer().getSpec(), overlay.job().getPodTemplate().getSpec())) {
      pods.add(pod.getSecurityContext());
      assertThat(pod.getSecurityContext().getRunAsUser()).isPositive();
      for (Container container : pod.getContainers()) {
        containers.add(container.getSecurityContext());
        assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
      }
    }

    assertThat(pods)
        .allMatch(PodSecurityContext::getRunAsNonRoot)
        .allMatch(pod -> pod.getSeccompProfile().getType().equals("RuntimeDefault"));
    assertThat(containers)
        .allMatch(SecurityContext::getRunAsNonRoot)
        .noneMatch(SecurityContext::getAllowPrivilegeEscalation)
        .allMatch(container -> container.getCapabilities().getDrop().equals(List.of("ALL")))
        .allMatch(container -> container.getSeccompProfile().getType().equals("RuntimeDefault"));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void eachSaysWhatItNeeds(Overlay overlay) {
    KafkaSpec kafka = overlay.only(Kafka.class).getSpec();
    List<ResourceRequirements> needs = new ArrayList<>();
    overlay.all(KafkaNodePool.class).forEach(pool -> needs.add(pool.getSpec().getResources()));
    needs.add(kafka.getEntityOperator().getTopicOperator().getResources());
    if (kafka.getEntityOperator().getUserOperator() != null) {
      needs.add(kafka.getEntityOperator().getUserOperator().getResources());
    }
    overlay
        .producer()
        .getSpec()
        .getContainers()
        .forEach(container -> needs.add(container.getResources()));

    for (ResourceRequirements need : needs) {
      assertThat(need.getRequests()).containsOnlyKeys("cpu", "memory");
      assertThat(need.getLimits()).containsOnlyKeys("cpu", "memory");
      Map<String, Quantity> limits = need.getLimits();
      // Memory that is promised and not there is a pod that is killed.
      assertThat(need.getRequests().get("memory")).isEqualTo(limits.get("memory"));
    }
    FlinkDeploymentSpec job = overlay.job();
    for (Resource resource :
        List.of(job.getJobManager().getResource(), job.getTaskManager().getResource())) {
      assertThat(resource.getCpu()).isPositive();
      assertThat(resource.getMemory()).matches("[0-9]+m");
    }
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void imagesAreOfAVersion(Overlay overlay) {
    Stream<String> images =
        Stream.concat(
            overlay.producer().getSpec().getContainers().stream().map(Container::getImage),
            Stream.of(overlay.job().getImage()));

    assertThat(images).allMatch(image -> image.matches("flink-lm(-cli)?:0\\.1\\.0(-gpu)?"));
  }
}
