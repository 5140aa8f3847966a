package io.flinklm.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** YAML as Kubernetes reads it (1.1, so that {@code on} is a boolean), without repeated keys. */
final class Yaml {
  private static final ObjectMapper TREES = new ObjectMapper();

  private Yaml() {}

  /**
   * The documents of a file.
   *
   * @throws RefusedManifest if it is no YAML, or a key is there twice
   */
  static List<JsonNode> read(Path file) {
    try {
      return documents(Files.readString(file));
    } catch (YAMLException e) {
      throw new RefusedManifest(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new RefusedManifest("there is no file " + file, e);
    }
  }

  /** The documents of a text. */
  static List<JsonNode> documents(String text) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    Iterable<Object> documents =
        new org.yaml.snakeyaml.Yaml(new SafeConstructor(options)).loadAll(text);
    return StreamSupport.stream(documents.spliterator(), false)
        .map(document -> TREES.<JsonNode>valueToTree(document))
        .toList();
  }
}
