package io.flinklm.job.train;

import io.flinklm.Blob;
import io.flinklm.job.wire.ReplicaEvent.Averaged;
import io.flinklm.net.LanguageModels;
import io.flinklm.replica.ReplicaBooks;
import io.flinklm.train.Report;
import io.flinklm.train.TrainingConfig;
import io.flinklm.weights.SavedWeights;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;

/**
 * The weights of all replicas behind the last round that the books have come to. The first replica
 * may be ahead of the books, which wait for the slowest: its newer weights wait here. Not thread
 * safe.
 */
final class AveragedWeights implements CurrentWeights {
  private static final ListStateDescriptor<byte[]> AVERAGED =
      new ListStateDescriptor<>("averaged", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
  private final TrainingConfig config;
  private final ReplicaBooks books;
  private final ListState<byte[]> kept;
  private final ArrayDeque<Averaged> ahead = new ArrayDeque<>();
  private Averaged now;
  private boolean first;

  /** Those of an operator that is being initialized: none yet. */
  AveragedWeights(TrainingConfig config, ReplicaBooks books, OperatorStateStore store)
      throws Exception {
    this.config = config;
    this.books = books;
    this.kept = store.getListState(AVERAGED);
  }

  /** Takes those behind a later round. */
  void add(Averaged later) {
    ahead.add(later);
  }

  /** Makes the next ones those of now, if the books have come to them; says whether it did. */
  boolean takeUp() {
    if (ahead.isEmpty() || ahead.peekFirst().step() > books.numbers().step()) {
      return false;
    }
    first = now == null;
    now = ahead.removeFirst();
    return true;
  }

  /** Whether there are any. */
  boolean areHere() {
    return now != null;
  }

  /** Whether there were none before those of now. */
  boolean areFirst() {
    return first;
  }

  @Override
  public long step() {
    return now.step();
  }

  @Override
  public byte[] forAnswers() {
    return now.safetensors();
  }

  @Override
  public byte[] safetensors() {
    return now.safetensors();
  }

  @Override
  public String sha256() {
    return SavedWeights.of(now.safetensors(), LanguageModels.of(config.net())).sha256();
  }

  @Override
  public Report.Standing standing(String weightsSha256) {
    return books.standing(now.step(), weightsSha256);
  }

  /** Puts them into the checkpoint that is being taken. */
  void keep() throws Exception {
    List<byte[]> blobs = new ArrayList<>();
    if (now != null) {
      blobs.add(new Kept(true, now).write());
    }
    ahead.forEach(of -> blobs.add(new Kept(false, of).write()));
    kept.update(blobs);
  }

  /** Takes up those of the checkpoint. */
  void restore() throws Exception {
    for (byte[] blob : kept.get()) {
      Kept read = Kept.read(blob);
      if (read.isOfNow) {
        now = read.weights;
      } else {
        ahead.add(read.weights);
      }
    }
  }

  /**
   * Weights as a checkpoint has them.
   *
   * @param isOfNow whether they are those of now
   */
  record Kept(boolean isOfNow, Averaged weights) {
    private static final String KIND = "AVGD";

    // Version 1: whether they are those of now, step, length of the file, the file.
    private static final int VERSION = 1;

    byte[] write() {
      byte[] file = weights.safetensors();
      return Blob.write(
          KIND,
          VERSION,
          1 + Long.BYTES + Integer.BYTES + file.length,
          out -> {
            out.writeBoolean(isOfNow);
            out.writeLong(weights.step());
            out.writeInt(file.length);
            out.write(file);
          });
    }

    static Kept read(byte[] blob) {
      return Blob.read(
          KIND,
          VERSION,
          blob,
          (in, version) ->
              new Kept(in.readBoolean(), new Averaged(in.readLong(), in.readNBytes(in.readInt()))));
    }
  }
}
