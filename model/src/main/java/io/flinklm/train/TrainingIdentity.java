package io.flinklm.train;

import io.flinklm.Blob.RefusedException;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What has to be the same for a training to go on from a snapshot: the words, the model's shape,
 * and what decides random numbers and batches. How to learn from there on may change: the schedule,
 * the weight decay, the regularizer, what to do about NaN.
 *
 * @param words fingerprint of the vocabulary that token ids belong to
 * @param model name of the language model
 * @param vocabulary distinct tokens
 * @param hidden width of embedding and hidden state
 * @param layers recurrent layers
 * @param dropout share of the last layer's activations that a training step drops
 * @param laneCount rows of a full batch
 * @param bptt tokens in a window
 * @param seed of every random number
 */
record TrainingIdentity(
    String words,
    String model,
    int vocabulary,
    int hidden,
    int layers,
    double dropout,
    int laneCount,
    int bptt,
    long seed) {

  // Before version 3 of the blob it was this text.
  private static final Pattern TEXT =
      Pattern.compile(
          "NetConfig\\[model=(.*), vocabulary=(\\d+), hidden=(\\d+), layers=(\\d+), dropout=(.*)],"
              + " lanes (\\d+), bptt (\\d+), seed (-?\\d+)");
  private static final int FIRST_OF_FIELDS = 3;

  static TrainingIdentity of(TrainingConfig config, String words) {
    return new TrainingIdentity(
        words,
        config.net().model(),
        config.net().vocabulary(),
        config.net().hidden(),
        config.net().layers(),
        config.net().dropout(),
        config.laneCount(),
        config.bptt(),
        config.seed());
  }

  void write(DataOutput out) throws IOException {
    out.writeUTF(words);
    out.writeUTF(model);
    out.writeInt(vocabulary);
    out.writeInt(hidden);
    out.writeInt(layers);
    out.writeDouble(dropout);
    out.writeInt(laneCount);
    out.writeInt(bptt);
    out.writeLong(seed);
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
        in.readUTF(),
        in.readInt(),
        in.readInt(),
        in.readInt(),
        in.readDouble(),
        in.readInt(),
        in.readInt(),
        in.readLong());
  }

  private static TrainingIdentity ofText(String words, String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      throw new RefusedException("TRAN: '" + text + "' is no configuration of a training");
    }
    return new TrainingIdentity(
        words,
        parts.group(1),
        Integer.parseInt(parts.group(2)),
        Integer.parseInt(parts.group(3)),
        Integer.parseInt(parts.group(4)),
        Double.parseDouble(parts.group(5)),
        Integer.parseInt(parts.group(6)),
        Integer.parseInt(parts.group(7)),
        Long.parseLong(parts.group(8)));
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
    return "%s with vocabulary %d, hidden %d, layers %d, dropout %s, lanes %d, bptt %d, seed %d"
        .formatted(model, vocabulary, hidden, layers, dropout, laneCount, bptt, seed);
  }
}
