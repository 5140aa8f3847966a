package io.flinklm.job.predict;

import io.flinklm.Blob;
import io.flinklm.predict.Prompt;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A prompt that waits for the first weights.
 *
 * @param session key of its record; null if it had none
 * @param prompt what is asked
 */
record WaitingPrompt(byte[] session, Prompt prompt) {
  private static final String KIND = "WAIT";

  // Version 1: whether there is a key, the key, the fields of the prompt in their order.
  private static final int VERSION = 1;

  /** All of it as a blob. */
  byte[] write() {
    return Blob.write(
        KIND,
        VERSION,
        out -> {
          out.writeBoolean(session != null);
          if (session != null) {
            write(session, out);
          }
          write(prompt.id().getBytes(StandardCharsets.UTF_8), out);
          write(prompt.text().getBytes(StandardCharsets.UTF_8), out);
          out.writeLong(prompt.tokens());
          out.writeDouble(prompt.temperature());
          out.writeLong(prompt.topK());
          out.writeLong(prompt.seed());
        });
  }

  /** Reads what {@link #write} wrote. */
  static WaitingPrompt read(byte[] blob) {
    return Blob.read(
        KIND,
        VERSION,
        blob,
        (in, version) -> {
          byte[] session = in.readBoolean() ? bytes(in) : null;
          Prompt prompt =
              new Prompt(
                  new String(bytes(in), StandardCharsets.UTF_8),
                  new String(bytes(in), StandardCharsets.UTF_8),
                  in.readLong(),
                  in.readDouble(),
                  in.readLong(),
                  in.readLong());
          return new WaitingPrompt(session, prompt);
        });
  }

  // Not writeUTF, which takes no more than 65,535 bytes.
  private static void write(byte[] bytes, DataOutputStream out) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] bytes(DataInputStream in) throws IOException {
    return in.readNBytes(in.readInt());
  }
}
