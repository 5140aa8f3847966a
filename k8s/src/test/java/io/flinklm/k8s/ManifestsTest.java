package io.flinklm.k8s;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The manifests are what Kubernetes and its operators understand, to the last field. */
class ManifestsTest {
  static List<Manifest> manifests() {
    return Manifests.all();
  }

  static final List<String> OVERLAYS = Overlay.NAMES;

  @ParameterizedTest
  @MethodSource("manifests")
  void isReadStrictly(Manifest manifest) {
    assertThat(manifest.read().getMetadata().getName()).isNotEmpty();
  }

  @ParameterizedTest
  @FieldSource("OVERLAYS")
  void anOverlayIsReadStrictlyAsAWhole(String name) {
    List<Manifest> manifests = Overlay.of(name).manifests();

    assertThat(manifests).allSatisfy(manifest -> assertThat(manifest.read()).isNotNull());
    assertThat(manifests.stream().map(Manifest::id)).doesNotHaveDuplicates();
  }

  @Test
  void everyFileIsNamedByAKustomization() {
    List<Path> named =
        Kustomization.folders(Manifests.TOP).stream()
            .flatMap(
                folder ->
                    Kustomization.of(folder).names().stream()
                        .map(name -> folder.resolve(name).normalize()))
            .toList();

    assertThat(Manifests.yamlFiles(Manifests.TOP))
        .filteredOn(file -> !file.endsWith("kustomization.yaml"))
        .isNotEmpty()
        .isSubsetOf(named);
  }

  @ParameterizedTest
  @FieldSource("OVERLAYS")
  void kustomizePutsAnOverlayTogetherLikewise(String name) throws Exception {
    Map<String, JsonNode> here =
        Overlay.of(name).manifests().stream()
            .collect(Collectors.toMap(Manifest::id, Manifest::tree, (a, b) -> a, TreeMap::new));

    assertThat(kustomized(Overlay.folder(name))).isEqualTo(here);
  }

  private static Map<String, JsonNode> kustomized(Path folder) throws Exception {
    Process kubectl = null;
    try {
      kubectl =
          new ProcessBuilder("kubectl", "kustomize", folder.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      assumeThat(kubectl).as("kubectl is not installed, so kustomize is not asked").isNotNull();
    }
    String rendered = new String(kubectl.getInputStream().readAllBytes(), UTF_8);
    assertThat(kubectl.waitFor()).isEqualTo(0);
    return Yaml.documents(rendered).stream()
        .map(tree -> new Manifest(tree, "kustomize"))
        .collect(Collectors.toMap(Manifest::id, Manifest::tree, (a, b) -> a, TreeMap::new));
  }
}
