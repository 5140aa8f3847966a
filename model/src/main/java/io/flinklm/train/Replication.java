package io.flinklm.train;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * How a training is shared out among replicas: copies of the weights that each train on lanes or
 * streams of their own, and are averaged at the end of each round (local SGD, Stich 2019; DiLoCo,
 * Douillard et al. 2023). All of it decides the bits of the training; how many machines hold the
 * replicas does not.
 *
 * @param count how many replicas; 1 for a training that is not shared out
 * @param round steps that a replica takes between two averages, at most
 * @param exchange what is averaged
 */
public record Replication(int count, int round, Exchange exchange) implements Serializable {
  /** Steps of a round, where nobody says another number. */
  public static final int ROUND = 5;

  // What is written of a training that has no rounds; it stays, or else its checkpoints would be
  // taken for those of another training.
  private static final int ROUND_OF_ONE = 10;

  /** Of a training that is not shared out. */
  public static final Replication NONE = new Replication(1, ROUND, Exchange.WEIGHTS_AND_MOMENTS);

  public Replication {
    if (count < 1 || round < 1) {
      throw new IllegalArgumentException(count + " replicas, rounds of " + round + " steps");
    }
    if (count == 1) {
      round = ROUND_OF_ONE;
      exchange = Exchange.WEIGHTS_AND_MOMENTS;
    }
  }

  /** Whether there are several replicas. */
  @JsonIgnore
  public boolean isShared() {
    return count > 1;
  }

  /**
   * The replica that trains a lane. Lanes are dealt by turns: lanes that follow each other are of
   * text that follows each other, and a run of them would give each replica a text of its own kind,
   * from which it learns what the mean then takes back.
   */
  public int replicaOf(int lane) {
    return lane % count;
  }

  /**
   * The replica that trains a stream, by a hash (CRC-32) of its name: so that it stays where it is,
   * whichever streams there are.
   */
  public int replicaOf(String stream) {
    CRC32 hash = new CRC32();
    hash.update(stream.getBytes(StandardCharsets.UTF_8));
    return (int) (hash.getValue() % count);
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(count);
    out.writeInt(round);
    out.writeUTF(exchange.name());
  }

  static Replication read(DataInput in) throws IOException {
    return new Replication(in.readInt(), in.readInt(), Exchange.valueOf(in.readUTF()));
  }

  @Override
  public String toString() {
    return "replicas %d, rounds of %d steps, which exchange %s"
        .formatted(count, round, exchange.label());
  }
}
