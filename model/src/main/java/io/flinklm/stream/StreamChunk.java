package io.flinklm.stream;

import io.flinklm.lane.Chunk;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A chunk of a stream. Chunks are in one order, that of time, stream and index, whenever they come;
 * those of one stream are in the order of its text.
 *
 * @param stream its name
 * @param began when the stream did, for the first time or anew: the time of its first record
 * @param time the largest timestamp among the records of the stream up to the one that filled it
 * @param chunk the window; its lane says nothing until it has a row of a batch
 */
public record StreamChunk(String stream, long began, long time, Chunk chunk)
    implements Comparable<StreamChunk> {
  /** Its window in a row of a batch. */
  Chunk inRow(int row) {
    return new Chunk(
        row, chunk.segment(), chunk.index(), chunk.fresh(), chunk.tokens(), chunk.bytes());
  }

  /** Writes all of it. */
  void write(DataOutput out) throws IOException {
    StreamNameBytes.write(stream, out);
    out.writeLong(began);
    out.writeLong(time);
    chunk.write(out);
  }

  /** Reads what {@link #write} wrote. */
  static StreamChunk read(DataInput in) throws IOException {
    return new StreamChunk(StreamNameBytes.read(in), in.readLong(), in.readLong(), Chunk.read(in));
  }

  /** Reads what an older build wrote, which did not know when the stream began. */
  static StreamChunk readWithoutBeginning(DataInput in) throws IOException {
    String stream = StreamNameBytes.read(in);
    long time = in.readLong();
    return new StreamChunk(stream, time, time, Chunk.read(in));
  }

  @Override
  public int compareTo(StreamChunk other) {
    int order = Long.compare(time, other.time);
    if (order == 0) {
      order = stream.compareTo(other.stream);
    }
    return order == 0 ? Integer.compare(chunk.index(), other.chunk.index()) : order;
  }
}
