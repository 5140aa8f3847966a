package io.flinklm.job.wire;

import io.flinklm.job.record.TextRecord;
import io.flinklm.lane.Segment;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Where a record of text lies in its lane or stream, told by whoever cuts that into chunks.
 *
 * @param run of text that the record is of
 * @param from position of its first token that was taken
 * @param to position behind its last token
 * @param partition of the topic {@code text}
 * @param offset of the record there
 */
public record RecordPlace(TextRun run, long from, long to, int partition, long offset)
    implements ScoreEvent {

  /** The place of a record in its lane; text that comes from nowhere has none in Kafka. */
  public static RecordPlace of(LaneText.Tokens text, Segment segment, long from, long to) {
    TextRecord record = text.record();
    return new RecordPlace(
        TextRun.of(text.lane(), segment),
        from,
        to,
        record == null ? -1 : record.partition(),
        record == null ? -1 : record.offset());
  }

  /** The place of a record in its stream. */
  public static RecordPlace of(StreamLine.Tokens text, long began, long from) {
    return new RecordPlace(
        TextRun.of(text.stream(), began),
        from,
        from + text.tokens().ids().length,
        text.partition(),
        text.offset());
  }

  /** Writes all but the run. */
  public void write(DataOutput out) throws IOException {
    out.writeLong(from);
    out.writeLong(to);
    out.writeInt(partition);
    out.writeLong(offset);
  }

  /** Reads what {@link #write} wrote. */
  public static RecordPlace read(TextRun run, DataInput in) throws IOException {
    return new RecordPlace(run, in.readLong(), in.readLong(), in.readInt(), in.readLong());
  }

  @Override
  public TextOwner owner() {
    return run.owner();
  }
}
