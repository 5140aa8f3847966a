package io.flinklm.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.flinklm.Blob.RefusedException;
import io.flinklm.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * The header of {@link Safetensors}: what lies where among the values behind it, and the file's
 * metadata, text by name.
 */
final class SafetensorsHeader {
  private static final String METADATA = "__metadata__";

  // Other readers refuse a file that does not say whose tensors it holds.
  private static final Map<String, String> PYTORCH = Map.of("format", "pt");

  private SafetensorsHeader() {}

  /**
   * What the header says of one tensor.
   *
   * @param dtype its type
   * @param shape of the tensor
   * @param dataOffsets its first byte among the values, and the first one behind it
   */
  record Entry(String dtype, long[] shape, long[] dataOffsets) {
    Entry {
      if (dataOffsets.length != 2 || dataOffsets[0] > dataOffsets[1]) {
        throw new IllegalArgumentException("it has no place");
      }
      long size = LongStream.of(shape).reduce(Float.BYTES, Math::multiplyExact);
      if (LongStream.of(shape).anyMatch(n -> n < 0)
          || (dtype.equals(Safetensors.FLOAT32) && size != dataOffsets[1] - dataOffsets[0])) {
        throw new IllegalArgumentException("its shape does not fit its place");
      }
    }

    long from() {
      return dataOffsets[0];
    }

    long to() {
      return dataOffsets[1];
    }
  }

  /** Writes a header, with the metadata of PyTorch's own files. */
  static byte[] write(Map<String, Entry> entries) {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put(METADATA, PYTORCH);
    header.putAll(entries);
    try {
      return Json.STRICT.writeValueAsBytes(header);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a header. Its metadata are made sure of and left out: they say nothing of the values.
   *
   * @param values bytes behind it
   * @throws RefusedException if it is damaged, or those are not the values that it describes
   */
  static Map<String, Entry> read(byte[] json, long values) {
    Map<String, Entry> entries = entries(json);
    List<Entry> inOrder = new ArrayList<>(entries.values());
    inOrder.sort(Comparator.comparingLong(Entry::from).thenComparingLong(Entry::to));
    long end = 0;
    // Without gap or overlap, as the format wants it: each byte belongs to one tensor.
    for (Entry entry : inOrder) {
      if (entry.from() != end) {
        throw new RefusedException("its header leaves a gap or an overlap at byte " + end);
      }
      end = entry.to();
    }
    if (end != values) {
      throw new RefusedException("its header has " + end + " bytes of values, found " + values);
    }
    return entries;
  }

  private static Map<String, Entry> entries(byte[] json) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    String wrong = "its header is not a JSON object";
    try {
      for (Map.Entry<String, JsonNode> field : Json.object(json).properties()) {
        if (field.getKey().equals(METADATA)) {
          requireText(field.getValue());
        } else {
          wrong = "its header does not say what '" + field.getKey() + "' is and where";
          Json.requireObject(field.getValue());
          Entry entry = Json.STRICT.treeToValue(field.getValue(), Entry.class);
          entries.put(field.getKey(), entry);
        }
      }
      return entries;
    } catch (IOException e) {
      throw new RefusedException(wrong);
    }
  }

  private static void requireText(JsonNode metadata) {
    boolean isText =
        metadata.isObject()
            && metadata.properties().stream().allMatch(field -> field.getValue().isTextual());
    if (!isText) {
      throw new RefusedException("its header has metadata that are not text by name");
    }
  }
}
