package io.flinklm.replica;

import io.flinklm.lane.Refusal;
import io.flinklm.lane.Segment;
import io.flinklm.train.Taken;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Comparator;
import java.util.Optional;

/** What a replica tells the books, in the order in which it happened. */
sealed interface ReplicaEntry {
  int TOOK = 0;
  int PASSED = 1;
  int REFUSED = 2;

  /** It came past a batch of all replicas. */
  sealed interface OfBatch extends ReplicaEntry {
    /** The order of batches. */
    Comparator<OfBatch> ORDER =
        Comparator.comparing(OfBatch::segment).thenComparingInt(OfBatch::index);

    Segment segment();

    int index();

    /** What came of its rows; empty where it had none. */
    Optional<Taken> taken();
  }

  /** It took rows of a batch. */
  record Took(Taken of) implements OfBatch {
    @Override
    public Segment segment() {
      return of.batch().segment();
    }

    @Override
    public int index() {
      return of.batch().index();
    }

    @Override
    public Optional<Taken> taken() {
      return Optional.of(of);
    }
  }

  /** It had no rows of a batch. */
  record Passed(Segment segment, int index) implements OfBatch {
    @Override
    public Optional<Taken> taken() {
      return Optional.empty();
    }
  }

  /** Tokens were refused on the way to it. */
  record Refused(Refusal refusal) implements ReplicaEntry {}

  static void write(ReplicaEntry entry, DataOutput out) throws IOException {
    if (entry instanceof Took took) {
      out.writeByte(TOOK);
      took.of.write(out);
    } else if (entry instanceof Passed passed) {
      out.writeByte(PASSED);
      passed.segment.write(out);
      out.writeInt(passed.index);
    } else if (entry instanceof Refused refused) {
      out.writeByte(REFUSED);
      refused.refusal.write(out);
    }
  }

  static ReplicaEntry read(DataInput in) throws IOException {
    int kind = in.readByte();
    return switch (kind) {
      case TOOK -> new Took(Taken.read(in));
      case PASSED -> new Passed(Segment.read(in), in.readInt());
      case REFUSED -> new Refused(Refusal.read(in));
      default -> throw new IOException("no entry is of the kind " + kind);
    };
  }
}
