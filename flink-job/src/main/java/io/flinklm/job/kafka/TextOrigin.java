package io.flinklm.job.kafka;

import io.flinklm.Blob;

/**
 * Where text was read from and how: the ids that Kafka gives a cluster and a topic when they are
 * made, and the format of the records. An offset says nothing in another topic, though it has the
 * same name at the same address, and another field of a record is another text.
 *
 * @param cluster id of the cluster; empty where it has none
 * @param topic id of the topic; empty where it has none
 * @param format of the records, as options; {@link #UNKNOWN} in what an older build wrote
 */
record TextOrigin(String cluster, String topic, String format) {
  /** A format that nobody has kept. */
  static final String UNKNOWN = "?";

  private static final String KIND = "FROM";

  // Version 1: id of the cluster, id of the topic. Version 2: the format behind them.
  private static final int VERSION = 2;

  /**
   * Makes sure that text goes on where it was read before.
   *
   * @param found where it would be read now
   * @param name of the topic
   * @param bootstrap address of that
   * @throws LostTextException if that is another place
   */
  void requireSame(TextOrigin found, String name, String bootstrap) {
    if (differ(cluster, found.cluster)) {
      throw new LostTextException(
          "the Kafka at %s is not the cluster that text was read from before: its id is %s and was %s; give the address of the one before, or start a new run, with --init-from the last model, on this one"
              .formatted(bootstrap, found.cluster, cluster));
    }
    if (differ(topic, found.topic)) {
      throw new LostTextException(
          "the topic %s at %s is not the one that was read before: its id is %s and was %s, so it was made anew; a new run, with --init-from the last model, trains on it"
              .formatted(name, bootstrap, found.topic, topic));
    }
    boolean known = !format.equals(UNKNOWN) && !found.format.equals(UNKNOWN);
    if (known && !format.equals(found.format)) {
      throw new LostTextException(
          "the topic %s was read %s before, and now %s: go on as before, or start a new run, with --init-from the last model"
              .formatted(name, inWords(format), inWords(found.format)));
    }
  }

  private static String inWords(String format) {
    return format.isEmpty() ? "as plain text" : "by " + format;
  }

  private static boolean differ(String before, String now) {
    return !before.isEmpty() && !now.isEmpty() && !before.equals(now);
  }

  /** All of it as a blob. */
  byte[] write() {
    return Blob.write(
        KIND,
        VERSION,
        out -> {
          out.writeUTF(cluster);
          out.writeUTF(topic);
          out.writeUTF(format);
        });
  }

  /** Reads what {@link #write} wrote. */
  static TextOrigin read(byte[] blob) {
    return Blob.read(
        KIND,
        VERSION,
        blob,
        (in, version) -> {
          String cluster = in.readUTF();
          String topic = in.readUTF();
          return new TextOrigin(cluster, topic, version > 1 ? in.readUTF() : UNKNOWN);
        });
  }
}
