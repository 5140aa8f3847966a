package io.flinklm.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The manifests of this folder. Tests run in it. */
final class Manifests {
  static final Path TOP = Path.of("");

  private Manifests() {}

  /** All YAML files under a folder, but for what Maven makes. */
  static List<Path> yamlFiles(Path top) {
    try (Stream<Path> files = Files.walk(top.toAbsolutePath())) {
      Path here = TOP.toAbsolutePath();
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().matches(".*\\.ya?ml"))
          .map(here::relativize)
          .filter(file -> !file.startsWith("target") && !file.startsWith("src"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All objects, and parts of objects in merge patches, of all files. */
  static List<Manifest> all() {
    return yamlFiles(TOP).stream()
        .flatMap(
            file ->
                Yaml.read(file).stream()
                    .filter(document -> !isKustomization(document) && !document.isArray())
                    .map(document -> new Manifest(document, file.toString())))
        .toList();
  }

  private static boolean isKustomization(JsonNode document) {
    return document.path("apiVersion").asText().startsWith("kustomize.config.k8s.io/");
  }
}
