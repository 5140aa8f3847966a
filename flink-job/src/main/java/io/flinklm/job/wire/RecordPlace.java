package io.flinklm.job.wire;

import io.flinklm.job.record.TextRecord;
import io.flinklm.lane.Segment;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.util.OutputTag;

/**
 * Where a record of text lies in its lane, told by whoever cuts the lane into chunks.
 *
 * @param lane of the record
 * @param segment of the record
 * @param from position of its first token that was taken
 * @param to position behind its last token
 * @param partition of the topic {@code text}
 * @param offset of the record there
 */
public record RecordPlace(
    int lane, Segment segment, long from, long to, int partition, long offset) {
  /** The side output of whoever cuts lanes into chunks. */
  public static final OutputTag<RecordPlace> TAG =
      new OutputTag<>("places", TypeInformation.of(RecordPlace.class));

  /** The place of a record; text that comes from nowhere has none in Kafka. */
  public static RecordPlace of(LaneText.Tokens text, Segment segment, long from, long to) {
    TextRecord record = text.record();
    return new RecordPlace(
        text.lane(),
        segment,
        from,
        to,
        record == null ? -1 : record.partition(),
        record == null ? -1 : record.offset());
  }

  /** Writes all but the lane. */
  public void write(DataOutput out) throws IOException {
    segment.write(out);
    out.writeLong(from);
    out.writeLong(to);
    out.writeInt(partition);
    out.writeLong(offset);
  }

  /** Reads what {@link #write} wrote. */
  public static RecordPlace read(int lane, DataInput in) throws IOException {
    return new RecordPlace(
        lane, Segment.read(in), in.readLong(), in.readLong(), in.readInt(), in.readLong());
  }
}
