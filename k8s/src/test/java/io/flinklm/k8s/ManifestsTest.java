package io.flinklm.k8s;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    // Those before it have a kustomize that does not know these patches.
    assumeThat(kubectl("version", "--client"))
        .as("no kubectl of 1.24 or newer is installed, so kustomize is not asked")
        .contains("Kustomize Version");
    List<JsonNode> rendered = Yaml.documents(kubectl("kustomize", Overlay.folder(name).toString()));

    assertThat(byId(rendered.stream().map(tree -> new Manifest(tree, "kustomize"))))
        .isEqualTo(byId(Overlay.of(name).manifests().stream()));
  }

  private static Map<String, JsonNode> byId(Stream<Manifest> manifests) {
    return manifests.collect(
        Collectors.toMap(Manifest::id, Manifest::tree, (a, b) -> a, TreeMap::new));
  }

  private static String kubectl(String... arguments) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of("kubectl"));
    command.addAll(List.of(arguments));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      String out = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor()).as(command.toString()).isEqualTo(0);
      return out;
    } catch (IOException e) {
      return "";
    }
  }
}
