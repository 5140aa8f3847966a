package io.flinklm.stream;

import io.flinklm.lane.Refusal;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The end of a stream that was silent for its time to live: what comes behind it starts anew.
 *
 * @param stream its name
 * @param time the last at which text would have gone on
 * @param tokens that were left, too few for a chunk
 * @param bytes of them
 */
public record StreamEnd(String stream, long time, int tokens, int bytes) {

  /** The refusal of what was left. */
  public Refusal refusal() {
    return new Refusal(Refusal.Reason.SILENT, tokens, bytes);
  }

  void write(DataOutput out) throws IOException {
    StreamNameBytes.write(stream, out);
    out.writeLong(time);
    out.writeInt(tokens);
    out.writeInt(bytes);
  }

  static StreamEnd read(DataInput in) throws IOException {
    return new StreamEnd(StreamNameBytes.read(in), in.readLong(), in.readInt(), in.readInt());
  }
}
