package io.flinklm.stream;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * The ends of streams that training has not come to yet. It may learn of an end early or late; it
 * counts when training has passed it, so that the same is counted whenever that was. Not thread
 * safe.
 */
final class StreamEnds {
  private final PriorityQueue<StreamEnd> ends =
      new PriorityQueue<>(Comparator.comparingLong(StreamEnd::time));

  void add(StreamEnd end) {
    ends.add(end);
  }

  boolean isEmpty() {
    return ends.isEmpty();
  }

  /** Takes out those before a time. */
  void before(long time, Consumer<StreamEnd> taken) {
    while (!ends.isEmpty() && ends.peek().time() < time) {
      taken.accept(ends.remove());
    }
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(ends.size());
    for (StreamEnd end : ends) {
      end.write(out);
    }
  }

  void read(DataInput in) throws IOException {
    for (int left = in.readInt(); left > 0; left--) {
      ends.add(StreamEnd.read(in));
    }
  }
}
