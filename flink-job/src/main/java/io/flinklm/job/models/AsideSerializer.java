package io.flinklm.job.models;

import io.flinklm.Blob;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** Writes a model that waits for its checkpoint to complete as a blob. */
final class AsideSerializer implements SimpleVersionedSerializer<Aside> {
  // Version 1: name and step.
  // Version 2: lineage and loss on the validation text, too.
  private static final int VERSION = 2;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(Aside aside) {
    return Blob.write(
        "SIDE",
        VERSION,
        out -> {
          out.writeUTF(aside.name());
          out.writeLong(aside.step());
          out.writeUTF(aside.lineage().name());
          out.writeDouble(aside.validLoss());
        });
  }

  @Override
  public Aside deserialize(int version, byte[] bytes) {
    return Blob.read(
        "SIDE",
        VERSION,
        bytes,
        (in, format) -> {
          String name = in.readUTF();
          long step = in.readLong();
          return format < 2
              ? new Aside(name, step, Lineage.NONE, Double.NaN)
              : new Aside(name, step, new Lineage(in.readUTF()), in.readDouble());
        });
  }
}
