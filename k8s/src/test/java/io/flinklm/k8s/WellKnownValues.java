package io.flinklm.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;

/** Values that Kubernetes would refuse, and that its classes take as any text. */
final class WellKnownValues {
  private static final Map<String, Set<String>> OF_FIELD =
      Map.of(
          "protocol", Set.of("TCP", "UDP"),
          "accessModes", Set.of("ReadWriteOnce", "ReadWriteMany"),
          "policyTypes", Set.of("Ingress", "Egress"),
          "imagePullPolicy", Set.of("IfNotPresent"),
          "fsGroupChangePolicy", Set.of("OnRootMismatch"),
          "operator", Set.of("Exists"),
          "effect", Set.of("NoSchedule"),
          "strategy", Set.of("Recreate"),
          "seccompProfile", Set.of("RuntimeDefault"));

  private WellKnownValues() {}

  /**
   * Looks at all values, at any depth.
   *
   * @throws RefusedManifest if one is not known
   */
  static void require(JsonNode tree, String place) {
    tree.forEach(child -> require(child, place));
    tree.properties()
        .forEach(
            field -> {
              Set<String> known = OF_FIELD.get(field.getKey());
              if (known != null) {
                requireKnown(field.getKey(), field.getValue(), known, place);
              }
            });
  }

  private static void requireKnown(String name, JsonNode value, Set<String> known, String place) {
    if (value.isContainerNode()) {
      value.forEach(each -> requireKnown(name, each, known, place));
    } else if (!known.contains(value.asText())) {
      throw new RefusedManifest(
          place + ": " + name + ": " + value + " is none of those used here, " + known);
    }
  }
}
