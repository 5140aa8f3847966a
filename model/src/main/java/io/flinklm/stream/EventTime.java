package io.flinklm.stream;

/** Times of records in milliseconds. One that would be behind the last there is, is the last. */
final class EventTime {
  private EventTime() {}

  /** A time that is so much later. */
  static long after(long time, long millis) {
    long later = time + millis;
    return later < time ? Long.MAX_VALUE : later;
  }
}
