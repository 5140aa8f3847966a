package io.flinklm.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.kafka.KafkaResources;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every pod finds what it mounts: here, or made by Strimzi. */
class MountsTest {
  static Stream<Overlay> overlays() {
    return Overlay.all().stream();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void whatIsMountedIsThere(Overlay overlay) {
    for (PodSpec pod :
        List.of(overlay.producer().getSpec(), overlay.job().getPodTemplate().getSpec())) {
      List<Volume> volumes = pod.getVolumes();
      assertThat(pod.getContainers())
          .flatExtracting(Container::getVolumeMounts)
          .extracting(VolumeMount::getName)
          .containsExactlyInAnyOrderElementsOf(volumes.stream().map(Volume::getName).toList());
      volumes.stream()
          .map(Volume::getPersistentVolumeClaim)
          .filter(Objects::nonNull)
          .forEach(
              claim -> requireThere(overlay, PersistentVolumeClaim.class, claim.getClaimName()));
      volumes.stream()
          .map(Volume::getProjected)
          .filter(Objects::nonNull)
          .flatMap(projected -> projected.getSources().stream())
          .forEach(source -> requireThere(overlay, source));
    }
    requireThere(overlay, ServiceAccount.class, overlay.job().getServiceAccount());
  }

  private static void requireThere(Overlay overlay, VolumeProjection source) {
    if (source.getConfigMap() != null) {
      requireThere(overlay, ConfigMap.class, source.getConfigMap().getName());
    } else if (!source
        .getSecret()
        .getName()
        .equals(KafkaResources.clusterCaCertificateSecretName(name(overlay)))) {
      // Strimzi makes it, with the user's name.
      requireThere(overlay, KafkaUser.class, source.getSecret().getName());
    }
  }

  private static String name(Overlay overlay) {
    return overlay.only(Kafka.class).getMetadata().getName();
  }

  private static void requireThere(
      Overlay overlay, Class<? extends HasMetadata> type, String name) {
    assertThat(overlay.all(type)).extracting(each -> each.getMetadata().getName()).contains(name);
  }
}
