package io.flinklm.stream;

import io.flinklm.Blob;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.ChunkBytes;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Windows;
import io.flinklm.text.TextTokens;
import java.util.Arrays;

/**
 * How far the text of one stream has come: its last time, and the tokens that are in no chunk yet.
 * A record that comes more than the time to live after the last one starts the stream anew, with no
 * token and a zero hidden state. Not thread safe.
 */
public final class StreamCursor {
  private static final String KIND = "SCUR";

  // Version 1: last time, index of the next chunk, fresh, tokens, bytes of each.
  // Version 2: the same with when the stream began.
  private static final int VERSION = 2;

  // Bytes of a cursor without tokens.
  private static final int EMPTY = 2 * Long.BYTES + 2 * Integer.BYTES + 1;

  private final String stream;
  private final Windows cut;
  private final long timeToLive;
  private boolean begun;
  private long began;
  private long last;
  private int index;
  private boolean fresh = true;
  private int[] tokens = {};
  private int[] lengths = {};

  /** What comes of the text of a stream. */
  public interface Events {
    /** A stream begins, for the first time or anew. */
    void started();

    /** A chunk is full. */
    void cut(StreamChunk chunk);

    /** A stream has ended. */
    void ended(StreamEnd end);
  }

  /**
   * A stream before its first record.
   *
   * @param cut how its text is cut into windows
   * @param timeToLive milliseconds between two records at which the later one still goes on
   */
  public StreamCursor(String stream, Windows cut, long timeToLive) {
    this.stream = stream;
    this.cut = cut;
    this.timeToLive = timeToLive;
  }

  /**
   * Takes the text of the stream's next record.
   *
   * @return position of its first token, from where the stream began
   */
  public long accept(long time, TextTokens text, Events events) {
    if (begun && time > endsAt()) {
      end(events);
    }
    if (!begun) {
      begun = true;
      began = time;
      last = time;
      events.started();
    }
    last = Math.max(last, time);
    long position = (long) index * cut.stride() + tokens.length;
    tokens = joined(tokens, text.ids());
    lengths = joined(lengths, text.lengths());
    cut(events);
    return position;
  }

  /** When the stream began, for the first time or anew; of one that has. */
  public long began() {
    return began;
  }

  private static int[] joined(int[] first, int[] second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private void cut(Events events) {
    int from = 0;
    for (; tokens.length - from >= cut.length(); from += cut.stride()) {
      int to = from + cut.length();
      int[] window = Arrays.copyOfRange(tokens, from, to);
      ChunkBytes bytes = ChunkBytes.of(lengths, from, to);
      Chunk chunk = new Chunk(0, Segment.FIRST, index, fresh, window, bytes);
      events.cut(new StreamChunk(stream, began, last, chunk));
      index++;
      fresh = !cut.contiguous();
    }
    tokens = Arrays.copyOfRange(tokens, from, tokens.length);
    lengths = Arrays.copyOfRange(lengths, from, lengths.length);
  }

  /** The last time at which a record goes on behind what came before. */
  public long endsAt() {
    return EventTime.after(last, timeToLive);
  }

  /** Ends the stream: what comes next starts it anew. */
  public void end(Events events) {
    // The first token behind a chunk was that chunk's last target: it has been counted.
    int counted = fresh ? 0 : Math.min(1, tokens.length);
    int bytes = Arrays.stream(lengths, counted, lengths.length).sum();
    events.ended(new StreamEnd(stream, endsAt(), tokens.length - counted, bytes));
    begun = false;
    index = 0;
    fresh = true;
    tokens = new int[0];
    lengths = new int[0];
  }

  /** All of a stream that has begun, as a blob. */
  public byte[] write() {
    return Blob.write(
        KIND,
        VERSION,
        EMPTY + (long) (tokens.length + lengths.length) * Integer.BYTES,
        out -> {
          out.writeLong(last);
          out.writeInt(index);
          out.writeBoolean(fresh);
          out.writeLong(began);
          out.writeInt(tokens.length);
          for (int token : tokens) {
            out.writeInt(token);
          }
          for (int length : lengths) {
            out.writeInt(length);
          }
        });
  }

  /**
   * Reads what {@link #write} wrote; the other parameters are those of the constructor.
   *
   * @throws io.flinklm.Blob.RefusedException if it is damaged or of another kind
   */
  public static StreamCursor read(String stream, Windows cut, long timeToLive, byte[] blob) {
    return Blob.read(
        KIND,
        VERSION,
        blob,
        (in, version) -> {
          StreamCursor cursor = new StreamCursor(stream, cut, timeToLive);
          cursor.begun = true;
          cursor.last = in.readLong();
          cursor.index = in.readInt();
          cursor.fresh = in.readBoolean();
          cursor.began = version > 1 ? in.readLong() : cursor.last;
          cursor.tokens = new int[in.readInt()];
          for (int i = 0; i < cursor.tokens.length; i++) {
            cursor.tokens[i] = in.readInt();
          }
          cursor.lengths = new int[cursor.tokens.length];
          for (int i = 0; i < cursor.lengths.length; i++) {
            cursor.lengths[i] = in.readInt();
          }
          return cursor;
        });
  }
}
