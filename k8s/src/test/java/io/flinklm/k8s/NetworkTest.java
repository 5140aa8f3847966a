package io.flinklm.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.flinklm.dashboard.DashboardOptions;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.kafka.listener.GenericKafkaListener;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who must reach whom may, and nobody else. */
class NetworkTest {
  private static final int REST = 8081;
  private static final int METRICS = 9249;

  static Stream<Overlay> overlays() {
    return Overlay.all().stream();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void onlyClientsReachKafka(Overlay overlay) {
    GenericKafkaListener listener =
        overlay.only(Kafka.class).getSpec().getKafka().getListeners().get(0);
    List<NetworkPolicyPeer> clients = listener.getNetworkPolicyPeers();
    LabelSelector label = clients.get(0).getPodSelector();
    PodTemplateSpec producer = overlay.producer();
    PodTemplateSpec job = overlay.job().getPodTemplate();

    assertThat(producer.getMetadata().getLabels()).containsAllEntriesOf(label.getMatchLabels());
    assertThat(job.getMetadata().getLabels()).containsAllEntriesOf(label.getMatchLabels());
    assertThat(policy(overlay, "kafka").getSpec().getIngress())
        .anyMatch(
            rule ->
                rule.getFrom().equals(clients)
                    && ports(rule.getPorts()).equals(List.of(listener.getPort())));
    for (String client : List.of("job", "producer")) {
      assertThat(policy(overlay, client).getSpec().getEgress())
          .as(client)
          .anyMatch(rule -> ports(rule.getPorts()).equals(List.of(listener.getPort())));
    }
    assertThat(policy(overlay, "producer").getSpec().getPodSelector())
        .isEqualTo(overlay.only(Deployment.class).getSpec().getSelector());
    NetworkPolicy all = policy(overlay, "default-deny");
    assertThat(all.getSpec().getPolicyTypes()).containsExactly("Ingress", "Egress");
    assertThat(all.getSpec().getPodSelector().getMatchLabels()).isNullOrEmpty();
    assertThat(all.getSpec().getIngress()).isNullOrEmpty();
    assertThat(all.getSpec().getEgress()).isNullOrEmpty();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void operatorAndPrometheusReachTheJob(Overlay overlay) {
    assertThat(policy(overlay, "job").getSpec().getPodSelector().getMatchLabels())
        .isEqualTo(overlay.only(PodMonitor.class).getSpec().getSelector().getMatchLabels());
    assertThat(policy(overlay, "job").getSpec().getIngress())
        .anyMatch(rule -> ports(rule.getPorts()).equals(List.of(REST)))
        .anyMatch(rule -> ports(rule.getPorts()).equals(List.of(METRICS)));
  }

  /** It may cancel by REST; so nobody but Flink itself and the operator may come there. */
  @ParameterizedTest
  @MethodSource("overlays")
  void onlyTheOperatorControlsTheJob(Overlay overlay) {
    Map<String, String> settings = overlay.job().getFlinkConfiguration();
    NetworkPolicy policy = policy(overlay, "job");
    String namespace = policy.getMetadata().getNamespace();

    assertThat(settings)
        .containsAllEntriesOf(DashboardOptions.SHOWS_ONLY)
        .containsEntry(DashboardOptions.CONTROL.key(), "true")
        .containsEntry(DashboardOptions.HOSTS.key(), "flink-lm-rest." + namespace);
    assertThat(policy.getSpec().getIngress())
        .filteredOn(rule -> rule.getPorts().isEmpty() || ports(rule.getPorts()).contains(REST))
        .flatExtracting(rule -> rule.getFrom())
        .hasSize(2)
        .anyMatch(peer -> policy.getSpec().getPodSelector().equals(peer.getPodSelector()))
        .anyMatch(
            peer ->
                peer.getNamespaceSelector() != null
                    && peer.getNamespaceSelector()
                        .getMatchLabels()
                        .containsValue("flink-operator"));
  }

  private static NetworkPolicy policy(Overlay overlay, String name) {
    return overlay.all(NetworkPolicy.class).stream()
        .filter(policy -> policy.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<Integer> ports(List<NetworkPolicyPort> ports) {
    return ports.stream().map(NetworkPolicyPort::getPort).map(IntOrString::getIntVal).toList();
  }
}
