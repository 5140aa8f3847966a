package io.flinklm.job.models;

import io.flinklm.Blob;
import java.io.Serializable;
import java.util.UUID;

/**
 * Which training something on disk is of: a name that is drawn when a training begins and stays the
 * same through all its restarts, since it is part of the training's state. A number of a step
 * cannot say it, because the next training in the same directory begins at step 1 again.
 *
 * @param name of the training; empty for one from before there were lineages
 */
public record Lineage(String name) implements Serializable {
  /** Of a training from before there were lineages, and of what such a one left on disk. */
  public static final Lineage NONE = new Lineage("");

  private static final String KIND = "LINE";

  // Version 1: the name.
  private static final int VERSION = 1;
  private static final int SHORT = 8;

  /** The lineage of a training that begins. */
  public static Lineage draw() {
    return new Lineage(UUID.randomUUID().toString());
  }

  /** A name for a file beside one of another training that has the plain name. */
  public String beside(String plain) {
    return plain + "-" + (name.isEmpty() ? "0" : name.substring(0, Math.min(SHORT, name.length())));
  }

  /** The name as it is reported: null where there is none. */
  public String reported() {
    return name.isEmpty() ? null : name;
  }

  /** The lineage as bytes. */
  public byte[] write() {
    return Blob.write(KIND, VERSION, out -> out.writeUTF(name));
  }

  /** Reads what {@link #write} wrote. */
  public static Lineage read(byte[] blob) {
    return Blob.read(KIND, VERSION, blob, (in, version) -> new Lineage(in.readUTF()));
  }
}
