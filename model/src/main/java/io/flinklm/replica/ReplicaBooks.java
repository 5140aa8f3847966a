package io.flinklm.replica;

import io.flinklm.Blob;
import io.flinklm.lane.Refusal;
import io.flinklm.text.Sha256;
import io.flinklm.train.Books;
import io.flinklm.train.Report;
import io.flinklm.train.Taken;
import io.flinklm.train.Training;
import io.flinklm.train.TrainingNumbers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The books of a training that is shared out among replicas: what they made of their rows of the
 * same place becomes one batch, and one report. It is reported once every replica has told of that
 * place or of a later one. Not thread safe.
 */
public final class ReplicaBooks {
  private static final String KIND = "RBKS";

  // Version 1: the books, and for each replica what waits, whether it has ended, and its states.
  // Version 2: what waits may also be a batch of which it had no rows, or a refusal.
  private static final int VERSION = 2;
  private static final int WITHOUT_ROWS = 2;

  private final Training training;
  private final List<ArrayDeque<ReplicaEntry>> waiting;
  private final String[] ended;
  private Books books;
  private long step;

  /** Books of a training before its first batch. */
  public ReplicaBooks(Training training) {
    int count = training.config().replication().count();
    this.training = training;
    this.waiting =
        IntStream.range(0, count).mapToObj(replica -> new ArrayDeque<ReplicaEntry>()).toList();
    this.ended = new String[count];
    this.books = Books.empty(training);
  }

  /** Takes up a batch of a replica, behind those before it. */
  public void add(int replica, Taken taken) {
    add(replica, new ReplicaEntry.Took(taken));
  }

  /** Learns that a replica had no rows of a batch. */
  public void pass(int replica, Turn turn) {
    add(replica, new ReplicaEntry.Passed(turn.segment(), turn.index()));
  }

  /**
   * Counts tokens that were refused on the way to a replica, behind its batches before: so what
   * streams leave at their end is in the same report, whoever told of it first.
   */
  public void refuse(int replica, Refusal refusal) {
    add(replica, new ReplicaEntry.Refused(refusal));
  }

  private void add(int replica, ReplicaEntry entry) {
    waiting.get(replica).add(entry);
    report();
  }

  /**
   * Learns that a replica takes no more batches.
   *
   * @param hiddenStatesSha256 of its hidden states
   */
  public void end(int replica, String hiddenStatesSha256) {
    ended[replica] = hiddenStatesSha256;
    report();
  }

  /** Whether all replicas have ended. */
  public boolean areComplete() {
    return Stream.of(ended).allMatch(states -> states != null);
  }

  /**
   * Reports the end; all replicas have ended by then.
   *
   * @param steps done
   * @param weightsSha256 of the weights
   */
  public void finish(long steps, String weightsSha256) {
    books.finish(steps, weightsSha256, hiddenStatesSha256());
  }

  /** SHA-256 over those of all replicas, in their order. */
  private String hiddenStatesSha256() {
    return Sha256.of(String.join("\n", ended).getBytes(StandardCharsets.UTF_8));
  }

  private void report() {
    countRefused();
    while (isNextKnown()) {
      List<ReplicaEntry.OfBatch> heads =
          waiting.stream()
              .filter(queue -> !queue.isEmpty())
              .map(queue -> (ReplicaEntry.OfBatch) queue.peekFirst())
              .toList();
      if (heads.isEmpty()) {
        return;
      }
      ReplicaEntry.OfBatch first = heads.stream().min(ReplicaEntry.OfBatch.ORDER).orElseThrow();
      List<Taken> batch = new ArrayList<>();
      for (ArrayDeque<ReplicaEntry> queue : waiting) {
        if (queue.peekFirst() instanceof ReplicaEntry.OfBatch head
            && ReplicaEntry.OfBatch.ORDER.compare(head, first) == 0) {
          queue.removeFirst();
          head.taken().ifPresent(batch::add);
        }
      }
      if (!batch.isEmpty()) {
        add(batch);
      }
      countRefused();
    }
  }

  private void countRefused() {
    for (ArrayDeque<ReplicaEntry> queue : waiting) {
      while (queue.peekFirst() instanceof ReplicaEntry.Refused refused) {
        queue.removeFirst();
        books.refuse(refused.refusal());
      }
    }
  }

  // Refusals have been counted, so each that waits is of a batch.
  private boolean isNextKnown() {
    return IntStream.range(0, ended.length)
        .allMatch(replica -> ended[replica] != null || !waiting.get(replica).isEmpty());
  }

  private void add(List<Taken> batch) {
    books.turnTo(batch.get(0).batch().segment(), step);
    List<Taken> taken = batch.stream().filter(each -> !each.isRefused()).toList();
    if (!taken.isEmpty()) {
      batch.stream().filter(Taken::isRefused).forEach(books::addRefused);
    }
    Taken joined = Taken.joined(taken.isEmpty() ? batch : taken);
    // Replicas that had no rows of some batches have taken fewer steps: none goes back to theirs.
    step = Math.max(step, joined.step());
    books.add(joined.at(step));
  }

  /** How far the training is. */
  public TrainingNumbers numbers() {
    return books.numbers(step);
  }

  /** How the training stands, for weights that leave it. */
  public Report.Standing standing(long steps, String weightsSha256) {
    return books.standing(steps, weightsSha256);
  }

  /** All of it as a blob. */
  public byte[] write() {
    return Blob.write(
        KIND,
        VERSION,
        out -> {
          out.writeInt(ended.length);
          out.writeLong(step);
          books.writeApart(out);
          for (int replica = 0; replica < ended.length; replica++) {
            out.writeInt(waiting.get(replica).size());
            for (ReplicaEntry entry : waiting.get(replica)) {
              ReplicaEntry.write(entry, out);
            }
            out.writeBoolean(ended[replica] != null);
            if (ended[replica] != null) {
              out.writeUTF(ended[replica]);
            }
          }
        });
  }

  /** Goes on from what {@link #write} wrote; to be called before the first batch. */
  public void read(byte[] blob) {
    Blob.read(
        KIND,
        VERSION,
        blob,
        (in, version) -> {
          int count = in.readInt();
          if (count != ended.length) {
            throw new Blob.RefusedException(
                "the books are of %d replicas: expected %d".formatted(count, ended.length));
          }
          step = in.readLong();
          books = Books.readApart(in, training);
          for (int replica = 0; replica < count; replica++) {
            for (int left = in.readInt(); left > 0; left--) {
              waiting
                  .get(replica)
                  .add(
                      version < WITHOUT_ROWS
                          ? new ReplicaEntry.Took(Taken.read(in))
                          : ReplicaEntry.read(in));
            }
            ended[replica] = in.readBoolean() ? in.readUTF() : null;
          }
          return this;
        });
  }
}
