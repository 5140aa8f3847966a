package io.flinklm.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.kubernetes.operator.api.FlinkDeployment;
import org.apache.flink.kubernetes.operator.api.spec.FlinkVersion;

/**
 * One object of Kubernetes as a file says it, whole or, in a merge patch, in part.
 *
 * @param tree its content
 * @param file that it is from
 */
record Manifest(JsonNode tree, String file) {
  private static final Map<String, Class<? extends HasMetadata>> KINDS =
      Stream.of(
              Namespace.class,
              ServiceAccount.class,
              Role.class,
              RoleBinding.class,
              PersistentVolumeClaim.class,
              ConfigMap.class,
              Deployment.class,
              NetworkPolicy.class,
              PodMonitor.class,
              FlinkDeployment.class,
              Kafka.class,
              KafkaNodePool.class,
              KafkaTopic.class,
              KafkaUser.class)
          .collect(Collectors.toMap(Manifest::kind, Function.identity()));

  // The operator knows it from 1.15 on; Maven Central has its classes up to 1.10. The other fields
  // that are used here are the same in both.
  private static final String NEWER_FLINK = "v2_2";

  private static String kind(Class<? extends HasMetadata> type) {
    // Strimzi's classes are for several API versions, and name an old one.
    return HasMetadata.getApiVersion(type).replace("strimzi.io/v1beta2", "strimzi.io/v1")
        + " "
        + HasMetadata.getKind(type);
  }

  /** What it is, by API version, kind and name. */
  String id() {
    return tree.path("apiVersion").asText()
        + " "
        + tree.path("kind").asText()
        + " "
        + tree.path("metadata").path("name").asText();
  }

  /** The same with a change to one of its objects. */
  Manifest with(String pointer, Consumer<ObjectNode> change) {
    ObjectNode changed = tree.deepCopy();
    change.accept((ObjectNode) changed.at(pointer));
    return new Manifest(changed, file);
  }

  @Override
  public String toString() {
    return file + ": " + id();
  }

  /** Whether Kubernetes itself knows such an object, and not only an operator. */
  boolean isBuiltIn() {
    return !tree.path("apiVersion").asText().matches(".*\\.(apache\\.org|strimzi\\.io|com)/.*");
  }

  /**
   * Reads it with the class of its kind.
   *
   * @throws RefusedManifest if it is none of a known kind, or not what the class says
   */
  HasMetadata read() {
    String kind = tree.path("apiVersion").asText() + " " + tree.path("kind").asText();
    Class<? extends HasMetadata> type = KINDS.get(kind);
    if (type == null) {
      throw new RefusedManifest(
          file + ": unknown apiVersion and kind '" + kind + "'; known are " + KINDS.keySet());
    }
    if (tree.path("metadata").path("name").asText().isEmpty()) {
      throw new RefusedManifest(file + ": " + kind + ": metadata.name is missing");
    }
    HasMetadata read = StrictReader.read(asKnownTo(type), type, toString());
    WellKnownValues.require(tree, toString());
    return read;
  }

  /** The tree with the versions that a class knows. */
  private JsonNode asKnownTo(Class<? extends HasMetadata> type) {
    ObjectNode known = tree.deepCopy();
    known.put("apiVersion", HasMetadata.getApiVersion(type));
    if (known.get("spec") instanceof ObjectNode spec
        && spec.path("flinkVersion").asText().equals(NEWER_FLINK)) {
      spec.put("flinkVersion", FlinkVersion.v1_20.name());
    }
    return known;
  }
}
