package io.flinklm.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A patch that would change nothing, or not what was meant, is refused. */
class PatchesTest {
  private static final String PATCH =
      """
      - op: replace
        path: /spec/template/spec/containers/0/image
        value: mine:1
      """;

  @TempDir private Path folder;

  private List<Manifest> apply(String patch, Kustomization.Target target) throws Exception {
    Path file = Files.writeString(folder.resolve("patch.yaml"), patch);
    List<Manifest> manifests = new ArrayList<>(Overlay.of("dev").manifests());
    Patches.apply(new Kustomization.PatchFile("patch.yaml", target), file, manifests);
    return manifests;
  }

  @Test
  void oneThatIsRightIsApplied() throws Exception {
    List<Manifest> patched = apply(PATCH, new Kustomization.Target("Deployment", "producer"));

    assertThat(patched)
        .filteredOn(manifest -> manifest.id().equals("apps/v1 Deployment producer"))
        .extracting(
            manifest -> manifest.tree().at("/spec/template/spec/containers/0/image").asText())
        .containsExactly("mine:1");
  }

  @ParameterizedTest
  @CsvSource({
    "op:, opp:, opp",
    "path:, paht:, paht",
    "replace, replaced, replaced",
    "/spec/template/spec, /spec/tempalte/spec, tempalte",
    "containers/0, containers/1, containers/1",
  })
  void aMisspeltJsonPatchIsRefused(String right, String wrong, String said) {
    assertThatThrownBy(
            () ->
                apply(
                    PATCH.replace(right, wrong),
                    new Kustomization.Target("Deployment", "producer")))
        .isInstanceOf(RefusedManifest.class)
        .hasMessageContaining("patch.yaml")
        .hasMessageContaining(said);
  }

  @Test
  void onePatchIsForOneObject() {
    assertThatThrownBy(() -> apply(PATCH, new Kustomization.Target("Deployment", "product")))
        .isInstanceOf(RefusedManifest.class)
        .hasMessageContaining("patch.yaml: is for 0 objects");
  }

  @Test
  void whatKustomizeWouldMergeByKeysIsNotMergedHere() {
    assertThatThrownBy(
            () ->
                apply(
                    """
                    apiVersion: apps/v1
                    kind: Deployment
                    metadata:
                      name: producer
                    """,
                    null))
        .isInstanceOf(RefusedManifest.class)
        .hasMessageContaining("use a JSON patch");
  }

  @Test
  void onlyTheJobIsAnotherOnAGpu() {
    List<Manifest> cpu = Overlay.of("cpu").manifests();

    assertThat(Overlay.of("gpu").manifests())
        .filteredOn(manifest -> !cpu.contains(manifest))
        .extracting(Manifest::id)
        .containsExactly("flink.apache.org/v1beta1 FlinkDeployment flink-lm");
  }
}
