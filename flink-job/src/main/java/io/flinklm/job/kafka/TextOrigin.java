package io.flinklm.job.kafka;

import io.flinklm.Blob;

/**
 * Where text was read from: the ids that Kafka gives a cluster and a topic when they are made. An
 * offset says nothing in another topic, though it has the same name at the same address.
 *
 * @param cluster id of the cluster; empty where it has none
 * @param topic id of the topic; empty where it has none
 */
record TextOrigin(String cluster, String topic) {
  private static final String KIND = "FROM";

  // Version 1: id of the cluster, id of the topic.
  private static final int VERSION = 1;

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
        });
  }

  /** Reads what {@link #write} wrote. */
  static TextOrigin read(byte[] blob) {
    return Blob.read(
        KIND, VERSION, blob, (in, version) -> new TextOrigin(in.readUTF(), in.readUTF()));
  }
}
