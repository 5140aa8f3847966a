package io.flinklm.k8s;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.util.stream.Collectors;

/**
 * Reads trees as objects of a class, strictly: a field that the class does not have, at any depth,
 * is an error, and so is a value of another type or one that gets lost.
 */
final class StrictReader {
  private static final ObjectMapper MAPPER = mapper();

  private StrictReader() {}

  /**
   * Reads a tree.
   *
   * @param place where the tree is from, for the message
   * @throws RefusedManifest if it is not what the class says; the message names the field
   */
  static <T> T read(JsonNode tree, Class<T> type, String place) {
    try {
      T read = MAPPER.treeToValue(tree, type);
      requireKept(tree, MAPPER.valueToTree(read), "", place);
      return read;
    } catch (JsonMappingException e) {
      throw new RefusedManifest(place + ": " + path(e) + ": " + e.getOriginalMessage(), e);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new RefusedManifest(place + ": " + e.getOriginalMessage(), e);
    }
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(
            step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
        .collect(Collectors.joining("."))
        .replace(".[", "[");
  }

  // Strimzi's enumerations read an unknown value as none.
  private static void requireKept(JsonNode tree, JsonNode read, String path, String place) {
    boolean isNothing =
        (tree.isContainerNode() && tree.isEmpty()) || tree.equals(BooleanNode.FALSE);
    if (isNothing && read == null) {
      return;
    }
    if (read == null
        || !(tree.isContainerNode()
            ? tree.getNodeType() == read.getNodeType()
            : isSame(tree, read))) {
      throw new RefusedManifest(place + ": " + path + ": " + tree + " is read as " + read);
    }
    for (int i = 0; tree.isArray() && i < tree.size(); i++) {
      requireKept(tree.get(i), read.get(i), path + "[" + i + "]", place);
    }
    tree.properties()
        .forEach(
            field ->
                requireKept(
                    field.getValue(),
                    read.get(field.getKey()),
                    path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                    place));
  }

  private static boolean isSame(JsonNode tree, JsonNode read) {
    return (tree.isNumber() && read.isNumber())
        ? tree.decimalValue().compareTo(read.decimalValue()) == 0
        : tree.equals(read);
  }

  private static ObjectMapper mapper() {
    JsonMapper mapper =
        JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_IGNORED_PROPERTIES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .annotationIntrospector(new NothingUnknown())
            .build();
    mapper
        .coercionConfigFor(LogicalType.Textual)
        .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
    return mapper;
  }

  /** Takes away the bags into which the operators' classes put what they do not know. */
  private static final class NothingUnknown extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean hasAnySetter(Annotated member) {
      return false;
    }

    @Override
    public boolean hasIgnoreMarker(AnnotatedMember member) {
      return super.hasIgnoreMarker(member) || FormerFields.isOne(member.getMember());
    }
  }
}
