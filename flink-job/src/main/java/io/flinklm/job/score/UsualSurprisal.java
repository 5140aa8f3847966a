package io.flinklm.job.score;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What is usual in a lane or a stream: the running mean and deviation of its records' bits per
 * token. The first records count alike, later ones less and less with their age, since what the
 * model expects changes while it learns (Finch 2009, "Incremental calculation of weighted mean and
 * variance").
 *
 * <p>A record counts no more than {@link #MOST} deviations, so that an unusual one does not hide
 * the next, and what comes all the time is usual in the end. A deviation is never smaller than
 * {@link #LEAST} bits: a text that repeats itself has nearly none. Not thread safe.
 */
final class UsualSurprisal {
  /** Records before the first one that is judged. */
  static final int WARM_UP = 100;

  /** Share that the newest record has in mean and variance. */
  static final double SHARE = 0.02;

  /** Deviations above the mean that a record counts at most. */
  static final double MOST = 6;

  /** Bits per token that a deviation has at least. */
  static final double LEAST = 0.5;

  private long records;
  private double mean;
  private double variance;

  /** Whether records enough have been counted to judge another one. */
  private boolean isKnown() {
    return records >= WARM_UP;
  }

  /** Mean of the records so far; NaN before there are enough. */
  double mean() {
    return isKnown() ? mean : Double.NaN;
  }

  /** Deviation of the records so far; NaN before there are enough. */
  double deviation() {
    return isKnown() ? Math.max(LEAST, Math.sqrt(variance)) : Double.NaN;
  }

  /** By how many deviations a record is above the mean; NaN before there are records enough. */
  double deviations(double bitsPerToken) {
    return (bitsPerToken - mean()) / deviation();
  }

  /** Counts a record. One that has no number, since nothing of it was scored, does not count. */
  void add(double bitsPerToken) {
    if (!Double.isFinite(bitsPerToken)) {
      return;
    }
    double most = isKnown() ? mean + MOST * deviation() : Double.POSITIVE_INFINITY;
    double difference = Math.min(bitsPerToken, most) - mean;
    records++;
    double share = Math.max(SHARE, 1.0 / records);
    mean += share * difference;
    variance = (1 - share) * (variance + share * difference * difference);
  }

  void write(DataOutput out) throws IOException {
    out.writeLong(records);
    out.writeDouble(mean);
    out.writeDouble(variance);
  }

  static UsualSurprisal read(DataInput in) throws IOException {
    UsualSurprisal usual = new UsualSurprisal();
    usual.records = in.readLong();
    usual.mean = in.readDouble();
    usual.variance = in.readDouble();
    return usual;
  }
}
