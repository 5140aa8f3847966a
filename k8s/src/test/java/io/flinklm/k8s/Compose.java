package io.flinklm.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What docker compose is told.
 *
 * @param name for messages
 * @param tree of its file, or of several put together
 */
record Compose(String name, JsonNode tree) {
  static final Path TOP = Path.of("..");
  private static final Path FILE = TOP.resolve("docker-compose.yml");
  private static final Path SECURE = TOP.resolve("docker-compose.secure.yml");

  // A dollar stands twice for itself or begins a variable with a default; nothing else is used
  // here.
  private static final Pattern DOLLAR = Pattern.compile("\\$(?:(\\$)|\\{(\\w+):-([^}]*)})?");

  /** With a Kafka that lets everybody in, and with one that does not. */
  static List<Compose> all() {
    return all(Map.of());
  }

  /** The same where variables have values. */
  static List<Compose> all(Map<String, String> environment) {
    ObjectNode secure = (ObjectNode) read(FILE, environment);
    merge(secure, read(SECURE, environment));
    return List.of(new Compose("plain", read(FILE, environment)), new Compose("secure", secure));
  }

  private static JsonNode read(Path file, Map<String, String> environment) {
    try {
      String text = Files.readString(file);
      return Yaml.documents(
              DOLLAR
                  .matcher(text)
                  .replaceAll(found -> Matcher.quoteReplacement(value(found, file, environment))))
          .get(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String value(MatchResult found, Path file, Map<String, String> environment) {
    if (found.group(1) != null) {
      return found.group(1);
    }
    if (found.group(2) == null) {
      throw new RefusedManifest(file + ": a dollar that is no variable with a default");
    }
    return environment.getOrDefault(found.group(2), found.group(3));
  }

  /** Its services by name. */
  Map<String, JsonNode> services() {
    Map<String, JsonNode> services = new TreeMap<>();
    tree.get("services")
        .properties()
        .forEach(service -> services.put(service.getKey(), service.getValue()));
    return services;
  }

  JsonNode service(String name) {
    return tree.get("services").get(name);
  }

  /** The texts of a list of a service; none where there is no such list. */
  List<String> texts(String service, String list) {
    return texts(service(service).path(list));
  }

  static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }

  /** The arguments of the job. */
  List<String> ofJob() {
    List<String> command = texts("jobmanager", "command");
    return command.subList(command.indexOf("--job-classname") + 2, command.size());
  }

  /** Flink's settings in a service. */
  Map<String, String> flinkSettings(String service) {
    String properties = service(service).at("/environment/FLINK_PROPERTIES").asText();
    Map<String, String> settings = new TreeMap<>();
    Yaml.documents(properties)
        .get(0)
        .properties()
        .forEach(setting -> settings.put(setting.getKey(), setting.getValue().asText()));
    return settings;
  }

  /** Where a service has what it mounts, by what that is: a volume's name or a path. */
  Map<String, String> mounts(String service) {
    Map<String, String> mounts = new TreeMap<>();
    Stream.of(texts(service, "volumes"))
        .flatMap(List::stream)
        .map(volume -> Arrays.asList(volume.split(":", -1)))
        .forEach(parts -> mounts.put(parts.get(0), parts.get(1)));
    return mounts;
  }

  @Override
  public String toString() {
    return name;
  }

  // As compose puts files together, as far as it is used here.
  private static void merge(ObjectNode into, JsonNode over) {
    over.properties()
        .forEach(
            field -> {
              JsonNode there = into.get(field.getKey());
              if (there instanceof ObjectNode object) {
                merge(object, field.getValue());
              } else if (field.getKey().equals("volumes") && there instanceof ArrayNode list) {
                list.addAll((ArrayNode) field.getValue());
              } else {
                into.set(field.getKey(), field.getValue());
              }
            });
  }
}
