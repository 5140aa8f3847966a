package io.flinklm.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

  /** With a Kafka that lets everybody in, and with one that does not. */
  static List<Compose> all() {
    ObjectNode secure = Yaml.read(FILE).get(0).deepCopy();
    merge(secure, Yaml.read(SECURE).get(0));
    return List.of(new Compose("plain", Yaml.read(FILE).get(0)), new Compose("secure", secure));
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
