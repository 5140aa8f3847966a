package io.flinklm.stream;

import io.flinklm.lane.Refusal;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What comes next for a replica that trains on streams, in one order for all of them: a batch, with
 * the rows that it has there, the end of one of its streams, or text that is not trained on.
 */
public sealed interface StreamTurn {

  /**
   * A batch of all replicas, of which this one trains some rows, or none.
   *
   * @param batch its number, and the rows of this replica
   */
  record Rows(StreamBatch batch) implements StreamTurn {}

  /**
   * The end of one of its streams.
   *
   * @param end of the stream
   */
  record Ended(StreamEnd end) implements StreamTurn {}

  /**
   * Tokens to count as refused.
   *
   * @param refusal why, and how many
   */
  record Refused(Refusal refusal) implements StreamTurn {}

  /** Writes all of it. */
  static void write(StreamTurn turn, DataOutput out) throws IOException {
    if (turn instanceof Rows rows) {
      out.writeByte(0);
      out.writeLong(rows.batch.number());
      out.writeInt(rows.batch.rows().size());
      for (StreamChunk row : rows.batch.rows()) {
        row.write(out);
      }
    } else if (turn instanceof Ended ended) {
      out.writeByte(1);
      ended.end.write(out);
    } else if (turn instanceof Refused refused) {
      out.writeByte(2);
      refused.refusal.write(out);
    }
  }

  /** Reads what {@link #write} wrote. */
  static StreamTurn read(DataInput in) throws IOException {
    int kind = in.readByte();
    return switch (kind) {
      case 0 -> {
        long number = in.readLong();
        List<StreamChunk> rows = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
          rows.add(StreamChunk.read(in));
        }
        yield new Rows(new StreamBatch(number, rows));
      }
      case 1 -> new Ended(StreamEnd.read(in));
      case 2 -> new Refused(Refusal.read(in));
      default -> throw new IOException("no turn is of the kind " + kind);
    };
  }
}
