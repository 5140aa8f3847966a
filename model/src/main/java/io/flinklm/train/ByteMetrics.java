package io.flinklm.train;

import io.flinklm.lane.Refusal;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The running numbers of a training in bytes of text: each byte counted once and for all, and the
 * averaged training loss in bits per byte. A part of {@link Metrics}. Not thread safe.
 */
final class ByteMetrics {
  private final Map<Refusal.Reason, Long> refused = new EnumMap<>(Refusal.Reason.class);
  private long trained;
  private long scored;
  private BitsPerByte average = BitsPerByte.NONE;
  private CodeLength codeLength;

  /** Bits per byte of one batch. */
  static BitsPerByte of(BatchCounts batch, BatchResult result) {
    return BitsPerByte.NONE.plus(result.nats(), batch.targetBytes());
  }

  /** Counts a batch, and those of the train split in the average. */
  void add(BatchCounts batch, BatchResult result, double beta) {
    if (batch.isOfTraining()) {
      trained += batch.newBytes();
      average = average.averagedWith(result.nats(), batch.targetBytes(), beta);
    } else {
      scored += batch.newBytes();
    }
  }

  void add(Refusal refusal) {
    if (refusal.bytes() > 0) {
      refused.merge(refusal.reason(), (long) refusal.bytes(), Long::sum);
    }
  }

  /** Takes up what a batch of new text gave before the model was trained on it, if ever. */
  void code(BatchCounts batch, BatchResult given, int ids) {
    codeLength = (codeLength == null ? CodeLength.NONE : codeLength).plus(batch, given, ids);
  }

  /**
   * The numbers to report.
   *
   * @param ofLoss that of the batch or segment whose loss is reported
   */
  ByteNumbers numbers(BitsPerByte ofLoss, BitsPerByte prequential) {
    Map<String, Long> reasons = new LinkedHashMap<>();
    refused.forEach((reason, bytes) -> reasons.put(reason.label(), bytes));
    return new ByteNumbers(
        ofLoss.value(), average.value(), prequential.value(), trained, scored, reasons, codeLength);
  }

  void write(DataOutput out) throws IOException {
    out.writeLong(trained);
    out.writeLong(scored);
    out.writeInt(refused.size());
    for (Map.Entry<Refusal.Reason, Long> entry : refused.entrySet()) {
      out.writeUTF(entry.getKey().name());
      out.writeLong(entry.getValue());
    }
    average.write(out);
    out.writeBoolean(codeLength != null);
    if (codeLength != null) {
      codeLength.write(out);
    }
  }

  static ByteMetrics read(DataInput in) throws IOException {
    ByteMetrics metrics = new ByteMetrics();
    metrics.trained = in.readLong();
    metrics.scored = in.readLong();
    for (int left = in.readInt(); left > 0; left--) {
      metrics.refused.put(Refusal.Reason.valueOf(in.readUTF()), in.readLong());
    }
    metrics.average = BitsPerByte.read(in);
    if (in.readBoolean()) {
      metrics.codeLength = CodeLength.read(in);
    }
    return metrics;
  }
}
