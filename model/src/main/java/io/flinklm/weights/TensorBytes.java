package io.flinklm.weights;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;

/** A tensor outside the engine: its values as little-endian float32, row by row. */
final class TensorBytes {
  /** How many bytes a buffer has that tensors are written through. */
  static final int PIECE = 64 * 1024;

  private TensorBytes() {}

  /** A tensor of such values, in the engine's own memory. */
  static NDArray create(ByteBuffer values, Shape shape, NDManager manager) {
    ByteBuffer direct = ByteBuffer.allocateDirect(values.remaining()).order(LITTLE_ENDIAN);
    direct.put(values.duplicate()).flip();
    return owned(manager.create(direct, shape, DataType.FLOAT32));
  }

  /**
   * A tensor that was made of a buffer, in the engine's own memory; the other one is closed. It
   * would lie in the buffer, wherever Java has put that. The engine's own memory is aligned, and
   * the order of sums inside a matrix product may depend on it.
   */
  static NDArray owned(NDArray inBuffer) {
    try (inBuffer) {
      return inBuffer.duplicate();
    }
  }

  /** SHA-256 over tensors, one behind the other; their positions stay. */
  static String sha256(Collection<ByteBuffer> values) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      values.forEach(value -> digest.update(value.duplicate()));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * Writes a tensor. Piece by piece out of the engine's own memory: a checkpoint of a large model
   * would else make as much garbage as the model is large.
   *
   * @param piece the buffer that it goes through
   */
  static void write(NDArray tensor, byte[] piece, DataOutputStream out) throws IOException {
    ByteBuffer bytes = tensor.toByteBuffer(true);
    while (bytes.hasRemaining()) {
      int length = Math.min(piece.length, bytes.remaining());
      bytes.get(piece, 0, length);
      out.write(piece, 0, length);
    }
  }

  /** Reads what {@link #write} wrote. */
  static NDArray read(DataInputStream in, Shape shape, NDManager manager) throws IOException {
    byte[] bytes = in.readNBytes(Math.toIntExact(shape.size() * Float.BYTES));
    return create(ByteBuffer.wrap(bytes), shape, manager);
  }
}
