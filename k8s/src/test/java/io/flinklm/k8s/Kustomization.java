package io.flinklm.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a {@code kustomization.yaml} says; only the fields that are used here.
 *
 * @param namespace of all objects
 * @param resources files, and folders with a kustomization of their own
 * @param components folders of components, which patch what the resources are
 * @param patches in the order in which they are applied
 */
record Kustomization(
    String apiVersion,
    String kind,
    String namespace,
    List<String> resources,
    List<String> components,
    List<PatchFile> patches) {
  private static final String FILE = "kustomization.yaml";
  private static final Map<String, String> VERSIONS =
      Map.of(
          "Kustomization", "kustomize.config.k8s.io/v1beta1",
          "Component", "kustomize.config.k8s.io/v1alpha1");

  /**
   * A file with a patch.
   *
   * @param path of the file
   * @param target of a JSON patch; a merge patch names its own
   */
  record PatchFile(String path, Target target) {}

  /** The object that a patch is for. */
  record Target(String kind, String name) {}

  Kustomization {
    if (kind == null || !Objects.equals(VERSIONS.get(kind), apiVersion)) {
      throw new IllegalArgumentException(
          "apiVersion or kind is not kustomize's: " + apiVersion + " " + kind);
    }
    patches = patches == null ? List.of() : List.copyOf(patches);
    resources = resources == null ? List.of() : List.copyOf(resources);
    components = components == null ? List.of() : List.copyOf(components);
  }

  /**
   * Reads that of a folder, strictly.
   *
   * @throws RefusedManifest if it has a field that is not used here, or names what is not there
   */
  static Kustomization of(Path folder) {
    Path file = folder.resolve(FILE);
    List<JsonNode> documents = Yaml.read(file);
    Kustomization read = StrictReader.read(documents.get(0), Kustomization.class, file.toString());
    for (String name : read.names()) {
      Path named = folder.resolve(name);
      if (!Files.isRegularFile(named) && !Files.isRegularFile(named.resolve(FILE))) {
        throw new RefusedManifest(file + ": there is no " + name);
      }
    }
    return read;
  }

  /** All folders under one that have a kustomization. */
  static List<Path> folders(Path top) {
    return Manifests.yamlFiles(top).stream()
        .filter(file -> file.getFileName().toString().equals(FILE))
        .map(Path::getParent)
        .toList();
  }

  /** All files and folders that it names. */
  List<String> names() {
    return Stream.of(resources.stream(), components.stream(), patches.stream().map(PatchFile::path))
        .flatMap(Function.identity())
        .toList();
  }
}
