package io.flinklm.job;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** A sink into this process. What a job did again after a failure is in it again. */
public final class MemorySink<T> implements Sink<T> {
  private static final long serialVersionUID = 1;
  // Flink serializes sinks; what they write is found again by their id.
  private static final Map<String, Queue<Object>> WRITTEN = new ConcurrentHashMap<>();

  private final String id = UUID.randomUUID().toString();
  private final Class<T> type;

  public MemorySink(Class<T> type) {
    this.type = type;
    WRITTEN.put(id, new ConcurrentLinkedQueue<>());
  }

  /** All that was written so far, in order. */
  public List<T> written() {
    return WRITTEN.get(id).stream().map(type::cast).toList();
  }

  @Override
  public SinkWriter<T> createWriter(WriterInitContext context) {
    return new SinkWriter<>() {
      @Override
      public void write(T element, Context ignored) {
        WRITTEN.get(id).add(element);
      }

      @Override
      public void flush(boolean endOfInput) {}

      @Override
      public void close() {}
    };
  }
}
