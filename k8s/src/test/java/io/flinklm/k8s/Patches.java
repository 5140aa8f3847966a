package io.flinklm.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.zjsonpatch.JsonPatch;
import io.fabric8.zjsonpatch.JsonPatchException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Patches as kustomize applies them, read strictly first. */
final class Patches {
  private static final Set<String> OPERATIONS = Set.of("add", "replace", "remove");

  private Patches() {}

  /** One operation of a JSON patch (RFC 6902). */
  private record Operation(String op, String path, JsonNode value) {}

  /**
   * Applies a file to the one object that it is for.
   *
   * @throws RefusedManifest if there is none, or the file is not as it should be
   */
  static void apply(Kustomization.PatchFile patch, Path file, List<Manifest> manifests) {
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
    try {
      return JsonPatch.apply(patch, target.tree());
    } catch (JsonPatchException e) {
      throw new RefusedManifest(file + ": " + patch + ": " + e.getMessage(), e);
    }
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
}
