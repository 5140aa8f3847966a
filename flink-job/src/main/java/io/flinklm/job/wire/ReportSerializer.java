package io.flinklm.job.wire;

import io.flinklm.train.Report;
import io.flinklm.train.ReportJson;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes and reads reports as the JSON that leaves the job anyway. */
final class ReportSerializer extends EventSerializer<Report> {
  private static final long serialVersionUID = 1;

  @Override
  public void serialize(Report report, DataOutputView out) throws IOException {
    EventParts.write(ReportJson.toBytes(report), out);
  }

  @Override
  public Report deserialize(DataInputView in) throws IOException {
    return ReportJson.parse(EventParts.readBytes(in));
  }

  @Override
  public TypeSerializerSnapshot<Report> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Names the serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Report> {
    public Snapshot() {
      super(ReportSerializer::new);
    }
  }
}
