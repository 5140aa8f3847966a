package io.flinklm.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A mistake in a manifest is refused, wherever it is, and the message says where. */
class MistakesTest {
  static List<Manifest> manifests() {
    return Manifests.all();
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void everyFieldMayNotBeMisspelt(Manifest manifest) {
    List<Place> fields = Place.fields(manifest.tree());

    assertThat(fields).isNotEmpty();
    for (Place field : fields) {
      String misspelt = field.name() + field.name().charAt(field.name().length() - 1);
      Manifest mistaken =
          manifest.with(
              field.parent(), object -> object.set(misspelt, object.remove(field.name())));

      Throwable refusal = catchThrowable(mistaken::read);
      assertThat(refusal).as("%s %s", field, misspelt).isInstanceOf(RefusedManifest.class);
      assertThat(refusal.getMessage()).as("%s", field).contains(manifest.file(), field.name());
    }
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void everyValueHasAType(Manifest manifest) {
    JsonNode other = JsonNodeFactory.instance.objectNode().put("not", "a value");
    for (Place field : Place.fields(manifest.tree())) {
      if (manifest.tree().at(field.parent()).get(field.name()).isValueNode()) {
        Manifest mistaken =
            manifest.with(field.parent(), object -> object.set(field.name(), other));

        assertThatThrownBy(mistaken::read)
            .as("%s", field)
            .isInstanceOf(RefusedManifest.class)
            .hasMessageContaining(manifest.file());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "base/job.yaml, FlinkDeployment, /spec/job, upgradeMode, safepoint",
    "base/job.yaml, FlinkDeployment, /spec/job, state, 'on'",
    "base/job.yaml, FlinkDeployment, /spec/job, parallelism, two",
    "base/job.yaml, FlinkDeployment, /spec, flinkVersion, v2_22",
    "base/job.yaml, FlinkDeployment, /spec, mode, natif",
    "base/job.yaml, FlinkDeployment, /spec/podTemplate/spec/securityContext, runAsUser, flink",
    "base/job.yaml, FlinkDeployment, /spec/podTemplate/spec/securityContext, runAsNonRoot, 'yes'",
    "base/kafka.yaml, KafkaNodePool, /spec/storage, type, persistent-clam",
    "base/state.yaml, PersistentVolumeClaim, /spec, accessModes, ReadWriteMaybe",
    "base/topics.yaml, KafkaTopic, /spec, partitions, many",
    "overlays/cpu/kafka.yaml, Kafka, /spec/kafka/authorization, type, simpel",
    "overlays/cpu/kafka.yaml, Kafka, /spec/kafka/listeners/0, type, internel",
    "overlays/cpu/kafka.yaml, Kafka, /spec/kafka/listeners/0, port, clients",
    "overlays/cpu/kafka.yaml, Kafka, /spec/kafka/listeners/0/authentication, type, scram-sha-521",
    "overlays/cpu/users.yaml, KafkaUser, /spec/authorization/acls/0/resource, type, topics",
  })
  void aValueMustBeOneOfThoseThatThereAre(
      String file, String kind, String parent, String name, String value) {
    Manifest manifest =
        Manifests.all().stream()
            .filter(each -> each.file().equals(file) && each.id().contains(" " + kind + " "))
            .findFirst()
            .orElseThrow();

    assertThat(manifest.tree().at(parent).has(name)).isTrue();
    assertThatThrownBy(() -> manifest.with(parent, object -> object.put(name, value)).read())
        .isInstanceOf(RefusedManifest.class)
        .hasMessageContaining(file)
        .hasMessageContaining(name)
        .hasMessageContaining(value);
  }

  @Test
  void aFieldOfAnApiVersionBeforeV1IsRefused() {
    Manifest kafka =
        Manifests.all().stream()
            .filter(manifest -> manifest.id().endsWith(" Kafka lm"))
            .findFirst()
            .orElseThrow();
    ObjectNode resources = JsonNodeFactory.instance.objectNode();
    resources.putObject("requests").put("memory", "1Gi");

    assertThatThrownBy(
            () -> kafka.with("/spec/kafka", object -> object.set("resources", resources)).read())
        .isInstanceOf(RefusedManifest.class)
        .hasMessageContaining("resources");
  }

  @Test
  void aKeyThatIsThereTwiceIsRefused(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("twice.yaml"), "spec:\n  a: 1\n  a: 2\n");

    assertThatThrownBy(() -> Yaml.read(file))
        .isInstanceOf(RefusedManifest.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("duplicate key a");
  }

  @ParameterizedTest
  @CsvSource({
    "resources, resource, resource",
    "job.yaml, jop.yaml, jop.yaml",
    "kind: Kustomization, kind: Kustomisation, Kustomisation",
    "kind: Kustomization, kind: Component, Component",
    "path, paths, paths",
  })
  void aKustomizationIsReadStrictlyToo(
      String right, String wrong, String said, @TempDir Path folder) throws Exception {
    String text =
        """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        namespace: flink-lm
        resources:
          - job.yaml
        patches:
          - path: patch.yaml
        """;
    Files.createFile(folder.resolve("job.yaml"));
    Files.createFile(folder.resolve("patch.yaml"));
    Path file = folder.resolve("kustomization.yaml");
    Files.writeString(file, text);
    assertThat(Kustomization.of(folder).names()).containsExactly("job.yaml", "patch.yaml");

    Files.writeString(file, text.replace(right, wrong));
    assertThatThrownBy(() -> Kustomization.of(folder))
        .isInstanceOf(RefusedManifest.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(said);
  }
}
