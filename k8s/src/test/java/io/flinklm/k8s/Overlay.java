package io.flinklm.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.zjsonpatch.JsonPatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What Kubernetes is told when an overlay is applied: all of its objects, with its patches.
 *
 * @param name of the overlay
 * @param manifests its objects
 */
record Overlay(String name, List<Manifest> manifests) {
  static final List<String> NAMES = List.of("dev", "cpu", "gpu");
  private static final Set<String> OPERATIONS = Set.of("add", "replace", "remove");

  /** One operation of a JSON patch (RFC 6902). */
  private record Operation(String op, String path, JsonNode value) {}

  /** Puts an overlay together, as kustomize does. */
  static Overlay of(String name) {
    return new Overlay(name, render(folder(name)));
  }

  /** All overlays. */
  static List<Overlay> all() {
    return NAMES.stream().map(Overlay::of).toList();
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
    for (Kustomization.PatchFile patch : kustomization.patches()) {
      apply(patch, folder.resolve(patch.path()), manifests);
    }
    manifests.replaceAll(manifest -> inNamespace(manifest, kustomization.namespace()));
    return manifests;
  }

  private static void apply(Kustomization.PatchFile patch, Path file, List<Manifest> manifests) {
    for (JsonNode tree : Yaml.read(file)) {
      Manifest merged = new Manifest(tree, file.toString());
      Predicate<Manifest> isTarget =
          tree.isArray()
              ? manifest ->
                  manifest.id().endsWith(" " + patch.target().kind() + " " + patch.target().name())
              : manifest -> manifest.id().equals(merged.id());
      List<Manifest> targets = manifests.stream().filter(isTarget).toList();
      if (targets.size() != 1) {
        throw new RefusedManifest(file + ": is for " + targets.size() + " objects, not for one");
      }
      Manifest target = targets.get(0);
      JsonNode patched = tree.isArray() ? patched(target, tree, file) : merged(target, merged);
      manifests.set(manifests.indexOf(target), new Manifest(patched, target.file()));
    }
  }

  private static JsonNode patched(Manifest target, JsonNode patch, Path file) {
    for (JsonNode operation : patch) {
      String op = StrictReader.read(operation, Operation.class, file.toString()).op();
      if (!OPERATIONS.contains(op)) {
        throw new RefusedManifest(file + ": op: " + op + " is none of " + OPERATIONS);
      }
    }
    return JsonPatch.apply(patch, target.tree());
  }

  private static JsonNode merged(Manifest target, Manifest patch) {
    patch.read();
    // Of those kustomize merges lists by keys; the operators' objects it merges as here.
    if (patch.isBuiltIn()) {
      throw new RefusedManifest(patch.file() + ": use a JSON patch for " + patch.id());
    }
    ObjectNode merged = target.tree().deepCopy();
    merge(merged, patch.tree());
    return merged;
  }

  /** Merges as RFC 7386 says. */
  private static void merge(ObjectNode into, JsonNode patch) {
    patch
        .properties()
        .forEach(
            field -> {
              JsonNode value = field.getValue();
              if (value.isNull()) {
                into.remove(field.getKey());
              } else if (value.isObject() && into.get(field.getKey()) instanceof ObjectNode old) {
                merge(old, value);
              } else {
                into.set(field.getKey(), value.deepCopy());
              }
            });
  }

  private static Manifest inNamespace(Manifest manifest, String namespace) {
    ObjectNode tree = manifest.tree().deepCopy();
    if (!tree.get("kind").asText().equals("Namespace")) {
      ((ObjectNode) tree.get("metadata")).put("namespace", namespace);
    }
    return new Manifest(tree, manifest.file());
  }
}
