package io.flinklm.stream;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Names of streams in blobs: a key may be longer than what {@code writeUTF} takes. */
final class StreamNameBytes {
  private StreamNameBytes() {}

  static void write(String name, DataOutput out) throws IOException {
    byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static String read(DataInput in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
