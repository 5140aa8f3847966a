package io.flinklm.train;

import io.flinklm.Blob.RefusedException;
import io.flinklm.net.AwdDropout;
import io.flinklm.net.NetConfig;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What has to be the same for a training to go on from a snapshot: the words, the model's shape,
 * and what decides random numbers and batches. How to learn from there on may change: the schedule,
 * the weight decay, the regularizer, the clipping, what to do about NaN.
 *
 * @param words fingerprint of the vocabulary that token ids belong to
 * @param net shape of the model, and what a training step drops of it
 * @param laneCount rows of a full batch
 * @param bptt tokens in a window
 * @param seed of every random number
 * @param shards that the rows of a batch are cut into
 * @param replication how lanes or streams are shared out among replicas
 */
record TrainingIdentity(
    String words,
    NetConfig net,
    int laneCount,
    int bptt,
    long seed,
    int shards,
    Replication replication) {

  // Before version 3 of the blob it was this text.
  private static final Pattern TEXT =
      Pattern.compile(
          "NetConfig\\[model=(.*), vocabulary=(\\d+), hidden=(\\d+), layers=(\\d+), dropout=(.*)],"
              + " lanes (\\d+), bptt (\\d+), seed (-?\\d+)");
  private static final int FIRST_OF_FIELDS = 3;
  private static final int FIRST_WITH_EMBEDDING = 4;
  private static final int FIRST_WITH_SHARDS = 6;
  private static final int FIRST_WITH_REPLICAS = 7;

  static TrainingIdentity of(TrainingConfig config, String words) {
    return new TrainingIdentity(
        words,
        config.net(),
        config.laneCount(),
        config.bptt(),
        config.seed(),
        config.shards(),
        config.replication());
  }

  void write(DataOutput out) throws IOException {
    out.writeUTF(words);
    out.writeUTF(net.model());
    out.writeInt(net.vocabulary());
    out.writeInt(net.hidden());
    out.writeInt(net.layers());
    out.writeDouble(net.dropout());
    out.writeInt(net.embedding());
    out.writeDouble(net.awdDropout().embedding());
    out.writeDouble(net.awdDropout().input());
    out.writeDouble(net.awdDropout().weight());
    out.writeDouble(net.awdDropout().hidden());
    out.writeInt(laneCount);
    out.writeInt(bptt);
    out.writeLong(seed);
    out.writeInt(shards);
    replication.write(out);
  }

  /**
   * Reads what a version of the blob {@code TRAN} has.
   *
   * @throws RefusedException if it is none
   */
  static TrainingIdentity read(DataInput in, int version) throws IOException {
    String words = in.readUTF();
    if (version < FIRST_OF_FIELDS) {
      return ofText(words, in.readUTF());
    }
    return new TrainingIdentity(
        words,
        net(in, version),
        in.readInt(),
        in.readInt(),
        in.readLong(),
        version < FIRST_WITH_SHARDS ? 1 : in.readInt(),
        version < FIRST_WITH_REPLICAS ? Replication.NONE : Replication.read(in));
  }

  private static NetConfig net(DataInput in, int version) throws IOException {
    NetConfig usual =
        new NetConfig(in.readUTF(), in.readInt(), in.readInt(), in.readInt(), in.readDouble());
    return version < FIRST_WITH_EMBEDDING
        ? usual
        : new NetConfig(
            usual.model(),
            usual.vocabulary(),
            usual.hidden(),
            usual.layers(),
            usual.dropout(),
            in.readInt(),
            new AwdDropout(in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble()));
  }

  private static TrainingIdentity ofText(String words, String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      throw new RefusedException("TRAN: '" + text + "' is no configuration of a training");
    }
    return new TrainingIdentity(
        words,
        new NetConfig(
            parts.group(1),
            Integer.parseInt(parts.group(2)),
            Integer.parseInt(parts.group(3)),
            Integer.parseInt(parts.group(4)),
            Double.parseDouble(parts.group(5))),
        Integer.parseInt(parts.group(6)),
        Integer.parseInt(parts.group(7)),
        Long.parseLong(parts.group(8)),
        1,
        Replication.NONE);
  }

  /**
   * Makes sure that a snapshot is of this training.
   *
   * @throws RefusedException if it is of another; the message names both
   */
  void requireSame(TrainingIdentity found) {
    refuseOther("vocabulary (fingerprint)", found.words, words);
    refuseOther("configuration", found.configuration(), configuration());
  }

  private static void refuseOther(String what, String found, String expected) {
    if (!found.equals(expected)) {
      throw new RefusedException(
          "the training state is of another "
              + what
              + ": expected "
              + expected
              + ", found "
              + found);
    }
  }

  private String configuration() {
    String usual =
        "%s with vocabulary %d, hidden %d, layers %d, dropout %s, lanes %d, bptt %d, seed %d"
            .formatted(
                net.model(),
                net.vocabulary(),
                net.hidden(),
                net.layers(),
                net.dropout(),
                laneCount,
                bptt,
                seed);
    NetConfig plain =
        new NetConfig(net.model(), net.vocabulary(), net.hidden(), net.layers(), net.dropout());
    // Of most models there is no more to say.
    return usual
        + (plain.equals(net) ? "" : ", embedding " + net.embedding() + ", " + net.awdDropout())
        + (shards == 1 ? "" : ", shards " + shards)
        // Of one replica the rest decides nothing.
        + (replication.isShared() ? ", " + replication : "");
  }
}
