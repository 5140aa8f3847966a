package io.flinklm.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A field of a tree.
 *
 * @param parent JSON pointer of the object that it is in
 * @param name of the field
 */
record Place(String parent, String name) {
  // Their keys are the writer's own, or checked by tests of their own.
  private static final Set<String> FREE =
      Set.of("labels", "matchLabels", "data", "requests", "limits", "flinkConfiguration", "config");
  private static final Set<String> IDENTITY = Set.of("/apiVersion", "/kind", "/metadata/name");

  /** All fields of a manifest whose names are not free, but for those that say what it is. */
  static List<Place> fields(JsonNode tree) {
    List<Place> fields = new ArrayList<>();
    collect(tree, "", fields);
    fields.removeIf(field -> IDENTITY.contains(field.parent() + "/" + field.name()));
    return fields;
  }

  private static void collect(JsonNode tree, String pointer, List<Place> into) {
    for (int i = 0; tree.isArray() && i < tree.size(); i++) {
      collect(tree.get(i), pointer + "/" + i, into);
    }
    tree.properties()
        .forEach(
            field -> {
              into.add(new Place(pointer, field.getKey()));
              if (!FREE.contains(field.getKey())) {
                collect(field.getValue(), pointer + "/" + field.getKey(), into);
              }
            });
  }
}
