package io.flinklm.weights;

import static java.nio.charset.StandardCharsets.US_ASCII;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.flinklm.Blob.RefusedException;
import io.flinklm.weights.SafetensorsHeader.Entry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Safetensors, a file format of tensors by name that PyTorch and others read: the length of a
 * header, the header as JSON with each tensor's type, shape and place, then the values of all, row
 * by row and back to back.
 *
 * <pre>length (8) | header, with spaces to a multiple of 8 | values; all little-endian</pre>
 *
 * <p>Read here because DJL answers a damaged file with a null pointer, or asks for all the memory.
 */
final class Safetensors {
  /** The type of a float32. */
  static final String FLOAT32 = "F32";

  private Safetensors() {}

  /**
   * A tensor as it lies in a file.
   *
   * @param type as the format calls it, such as {@value #FLOAT32}
   * @param shape of the tensor
   * @param values row by row
   */
  record Tensor(String type, Shape shape, ByteBuffer values) {}

  /** Writes float32 tensors in the order of the map. */
  static byte[] write(Map<String, NDArray> tensors) {
    Map<String, Entry> header = new LinkedHashMap<>();
    long end = 0;
    for (Map.Entry<String, NDArray> tensor : tensors.entrySet()) {
      Shape shape = tensor.getValue().getShape();
      long[] place = {end, end + shape.size() * Float.BYTES};
      header.put(tensor.getKey(), new Entry(FLOAT32, shape.getShape(), place));
      end = place[1];
    }
    byte[] json = SafetensorsHeader.write(header);
    int spaces = Math.floorMod(-json.length, Long.BYTES);
    int length = json.length + spaces;
    ByteBuffer file = ByteBuffer.allocate(Math.toIntExact(Long.BYTES + length + end));
    file.order(ByteOrder.LITTLE_ENDIAN).putLong(length).put(json);
    file.put(" ".repeat(spaces).getBytes(US_ASCII));
    tensors.values().forEach(tensor -> file.put(tensor.toByteBuffer()));
    return file.array();
  }

  /**
   * Reads a file as a whole.
   *
   * @return its tensors by name, views of the bytes
   * @throws RefusedException if it is cut or damaged
   */
  static Map<String, Tensor> read(byte[] file) {
    int left = file.length - Long.BYTES;
    if (left < 0) {
      throw new RefusedException("it ends within the length of its header");
    }
    long length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 0 || length > left) {
      throw new RefusedException("its header should have " + length + " bytes, found " + left);
    }
    int start = Long.BYTES + (int) length;
    byte[] header = Arrays.copyOfRange(file, Long.BYTES, start);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    SafetensorsHeader.read(header, file.length - start)
        .forEach(
            (name, entry) -> {
              int from = start + (int) entry.from();
              int to = start + (int) entry.to();
              ByteBuffer values = ByteBuffer.wrap(file, from, to - from).slice();
              tensors.put(name, new Tensor(entry.dtype(), new Shape(entry.shape()), values));
            });
    return tensors;
  }
}
