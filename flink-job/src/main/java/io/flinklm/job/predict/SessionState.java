package io.flinklm.job.predict;

import io.flinklm.Blob;
import io.flinklm.predict.LoadedModel.Frame;
import io.flinklm.predict.Memory;

/**
 * What the state of a session holds between two prompts.
 *
 * @param model that made the memory, and that alone can go on from it; its weights may be others
 * @param memory of the text so far
 * @param lastUsed time in milliseconds; 0 if it is not known
 */
record SessionState(String model, Memory memory, long lastUsed) {
  private static final String KIND = "SESS";

  // Version 1: the model in words, hidden state, unread tokens.
  // Version 2: and when it was last used.
  private static final int VERSION = 2;

  /** The model of a frame in words: two are the same if these are. */
  static String model(Frame frame) {
    return "%s, hidden %d, layers %d, vocabulary %s"
        .formatted(
            frame.net().model(),
            frame.net().hidden(),
            frame.net().layers(),
            frame.tokenizer().fingerprint());
  }

  /** All of it as a blob. */
  byte[] write() {
    return Blob.write(
        KIND,
        VERSION,
        out -> {
          out.writeUTF(model);
          memory.write(out);
          out.writeLong(lastUsed);
        });
  }

  /** Reads what {@link #write} wrote. */
  static SessionState read(byte[] blob) {
    return Blob.read(
        KIND,
        VERSION,
        blob,
        (in, version) ->
            new SessionState(in.readUTF(), Memory.read(in), version < 2 ? 0 : in.readLong()));
  }
}
