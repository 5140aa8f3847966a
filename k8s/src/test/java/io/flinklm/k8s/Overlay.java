package io.flinklm.k8s;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.kubernetes.operator.api.FlinkDeployment;
import org.apache.flink.kubernetes.operator.api.spec.FlinkDeploymentSpec;

/**
 * What Kubernetes is told when an overlay is applied: all of its objects, with its patches.
 *
 * @param name of the overlay
 * @param manifests its objects
 */
record Overlay(String name, List<Manifest> manifests) {
  static final List<String> NAMES = List.of("dev", "cpu", "gpu", "replicas");

  /** Puts an overlay together, as kustomize does. */
  static Overlay of(String name) {
    return new Overlay(name, render(folder(name)));
  }

  /** All overlays. */
  static List<Overlay> all() {
    return NAMES.stream().map(Overlay::of).toList();
  }

  /** The same with a component. */
  Overlay with(String component) {
    List<Manifest> patched = new ArrayList<>(manifests);
    patch(Manifests.TOP.resolve("components").resolve(component), patched);
    return new Overlay(name + " with " + component, patched);
  }

  /** Where an overlay is. */
  static Path folder(String name) {
    return Manifests.TOP.resolve("overlays").resolve(name);
  }

  /** Its objects of a kind. */
  <T extends HasMetadata> List<T> all(Class<T> type) {
    return manifests.stream().map(Manifest::read).filter(type::isInstance).map(type::cast).toList();
  }

  /** Its only object of a kind. */
  <T extends HasMetadata> T only(Class<T> type) {
    List<T> all = all(type);
    if (all.size() != 1) {
      throw new RefusedManifest(name + ": " + all.size() + " of " + type.getSimpleName());
    }
    return all.get(0);
  }

  /** The job. */
  FlinkDeploymentSpec job() {
    return only(FlinkDeployment.class).getSpec();
  }

  /** The pod of the producer. */
  PodTemplateSpec producer() {
    return only(Deployment.class).getSpec().getTemplate();
  }

  @Override
  public String toString() {
    return name;
  }

  private static List<Manifest> render(Path folder) {
    Kustomization kustomization = Kustomization.of(folder);
    List<Manifest> manifests = new ArrayList<>();
    for (String resource : kustomization.resources()) {
      Path path = folder.resolve(resource).normalize();
      if (resource.endsWith(".yaml")) {
        Yaml.read(path).forEach(tree -> manifests.add(new Manifest(tree, path.toString())));
      } else {
        manifests.addAll(render(path));
      }
    }
    for (String component : kustomization.components()) {
      patch(folder.resolve(component).normalize(), manifests);
    }
    patch(folder, manifests);
    manifests.replaceAll(manifest -> inNamespace(manifest, kustomization.namespace()));
    return manifests;
  }

  private static void patch(Path folder, List<Manifest> manifests) {
    for (Kustomization.PatchFile patch : Kustomization.of(folder).patches()) {
      Patches.apply(patch, folder.resolve(patch.path()), manifests);
    }
  }

  private static Manifest inNamespace(Manifest manifest, String namespace) {
    ObjectNode tree = manifest.tree().deepCopy();
    if (!tree.get("kind").asText().equals("Namespace")) {
      ((ObjectNode) tree.get("metadata")).put("namespace", namespace);
    }
    return new Manifest(tree, manifest.file());
  }
}
