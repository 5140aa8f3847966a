package io.flinklm.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.flinklm.topics.TopicNames;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.kafka.KafkaResources;
import io.strimzi.api.kafka.model.kafka.listener.GenericKafkaListener;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.kubernetes.operator.api.FlinkDeployment;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Kafka as the manifests make it is the one that job and producer look for. */
class KafkaManifestsTest {
  private static final String A_DAY = "{retention.ms=86400000}";
  private static final String AN_HOUR =
      "{retention.ms=3600000, retention.bytes=4294967296, segment.bytes=67108864}";
  private static final String RECENT = "{retention.bytes=268435456, segment.bytes=33554432}";

  static Stream<Overlay> overlays() {
    return Overlay.all().stream();
  }

  private static List<String> constants(Class<?> type) {
    return Arrays.stream(type.getFields())
        .filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == String.class)
        .map(
            field -> {
              try {
                return (String) field.get(null);
              } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
              }
            })
        .toList();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void topicsAreThoseOfTheJob(Overlay overlay) {
    Map<String, String> topics =
        overlay.all(KafkaTopic.class).stream()
            .collect(
                Collectors.toMap(
                    topic -> topic.getMetadata().getName(),
                    topic -> topic.getSpec().getPartitions() + " " + topic.getSpec().getConfig()));

    assertThat(topics)
        .containsOnlyKeys(constants(TopicNames.class))
        .containsEntry(TopicNames.TEXT, "4 {}")
        .containsEntry(TopicNames.METRICS, "1 " + RECENT)
        .containsEntry(TopicNames.DEAD_LETTERS, "1 " + RECENT)
        .containsEntry(TopicNames.SCORES, "1 " + RECENT)
        .containsEntry(TopicNames.ALERTS, "1 " + RECENT)
        .containsEntry(TopicNames.PROMPTS, "1 " + A_DAY)
        .containsEntry(TopicNames.PREDICTIONS, "1 " + A_DAY)
        .containsEntry(TopicNames.REPLICAS, "1 " + AN_HOUR);
    assertThat(overlay.all(KafkaTopic.class))
        .extracting(topic -> topic.getSpec().getConfig())
        .filteredOn(config -> config != null)
        .allSatisfy(
            config -> assertThat(constants(TopicConfig.class)).containsAll(config.keySet()));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void allBelongToOneCluster(Overlay overlay) {
    String cluster = overlay.only(Kafka.class).getMetadata().getName();
    Stream<HasMetadata> parts =
        overlay.all(HasMetadata.class).stream()
            .filter(part -> part.getApiVersion().startsWith("kafka.strimzi.io/"))
            .filter(part -> !(part instanceof Kafka));

    assertThat(parts)
        .isNotEmpty()
        .allMatch(part -> cluster.equals(part.getMetadata().getLabels().get("strimzi.io/cluster")));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void asManyCopiesAsBrokersAllow(Overlay overlay) {
    int brokers = overlay.only(KafkaNodePool.class).getSpec().getReplicas();
    Map<String, Object> config = overlay.only(Kafka.class).getSpec().getKafka().getConfig();

    assertThat(brokers).isEqualTo(overlay.name().equals("dev") ? 1 : 3);
    assertThat(config)
        .containsEntry("default.replication.factor", brokers)
        .containsEntry("offsets.topic.replication.factor", brokers)
        .containsEntry("min.insync.replicas", brokers == 1 ? 1 : brokers - 1);
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void clientsFindIt(Overlay overlay) {
    Kafka kafka = overlay.only(Kafka.class);
    List<GenericKafkaListener> listeners = kafka.getSpec().getKafka().getListeners();
    String address =
        KafkaResources.bootstrapServiceName(kafka.getMetadata().getName())
            + "."
            + overlay.only(FlinkDeployment.class).getMetadata().getNamespace()
            + ".svc:"
            + listeners.get(0).getPort();

    assertThat(listeners).hasSize(1);
    assertThat(Arguments.ofJob(overlay)).contains("--bootstrap=" + address);
    assertThat(Arguments.ofProducer(overlay)).contains("--bootstrap=" + address);
    boolean secured = !overlay.name().equals("dev");
    assertThat(listeners.get(0).isTls()).isEqualTo(secured);
    assertThat(listeners.get(0).getAuth() != null).isEqualTo(secured);
    assertThat(kafka.getSpec().getKafka().getAuthorization() != null).isEqualTo(secured);
  }
}
