package io.flinklm.bench.replicas;

import io.flinklm.application.settings.ModelSettings;
import io.flinklm.bench.measure.Contestant;
import io.flinklm.bench.measure.PreparedBatches;
import io.flinklm.bench.measure.Timing;
import io.flinklm.cli.run.RepeatedText;
import io.flinklm.engine.PyTorch;
import io.flinklm.lane.Batch;
import io.flinklm.lane.Split;
import io.flinklm.replica.Publication;
import io.flinklm.replica.Replica;
import io.flinklm.replica.Rounds;
import io.flinklm.train.Replication;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The replicas of one training in this process, each on a thread of its own, on batches that are
 * there already; what they tell each other goes through memory. So they are to a pipeline of
 * replicas what the bare step is to one of a single replica.
 *
 * <p>A round has three parts: all take their steps, all tell their weights, all go on with the
 * mean. None begins a part before all have ended the one before it. The last two are the exchange.
 */
final class BareReplicas implements Contestant {
  private static final double NANOS = 1e9;
  private static final double NANOS_PER_MILLISECOND = 1e6;

  private final List<ReplicaThread> replicas = new ArrayList<>();
  private final Rounds rounds;
  private ExchangeCost cost;

  /**
   * Draws the weights of each replica, all alike.
   *
   * @param model with its replicas
   */
  BareReplicas(ModelSettings model, RepeatedText text) {
    Replication replication = model.replication();
    rounds = new Rounds(replication);
    Training training =
        Training.of(
            model.trainingConfig(text.tokenizer().size(), 0),
            text.tokenizer().fingerprint(),
            PyTorch.device(model.device()),
            report -> {});
    PreparedBatches batches = new PreparedBatches(text.ids(), text.lanes());
    List<Batch> pass =
        Stream.generate(batches::next).limit(text.lanes().windows(Split.TRAIN)).toList();
    for (int each = 0; each < replication.count(); each++) {
      int number = each;
      Trainer trainer = Trainer.drawn(training.ofReplica(number, training.config().rows()));
      replicas.add(
          new ReplicaThread(
              new Replica(number, replication, trainer),
              replication.round(),
              new ReplicaBatches(pass, lane -> replication.replicaOf(lane) == number)));
    }
  }

  @Override
  public Timing run(double seconds) {
    long begin = System.nanoTime();
    long tokens = 0;
    long count = 0;
    long exchanging = 0;
    int bytes;
    long now;
    do {
      tokens += all(ReplicaThread::train).stream().mapToLong(Long::longValue).sum();
      long trained = System.nanoTime();
      bytes = exchange();
      now = System.nanoTime();
      exchanging += now - trained;
      count++;
    } while (now - begin < seconds * NANOS);
    double milliseconds = exchanging / NANOS_PER_MILLISECOND / count;
    cost = new ExchangeCost(bytes, milliseconds, (double) exchanging / (now - begin));
    return new Timing(tokens, (now - begin) / NANOS);
  }

  private int exchange() {
    List<List<Publication>> told = all(ReplicaThread::leave);
    told.forEach(ofOne -> ofOne.forEach(rounds::add));
    Rounds.Complete complete = rounds.complete().orElseThrow();
    all(replica -> replica.accept(complete));
    return told.get(0).get(0).bytes();
  }

  // Has each of them begin before it waits for any.
  private <T> List<T> all(Function<ReplicaThread, CompletableFuture<T>> work) {
    List<CompletableFuture<T>> begun = replicas.stream().map(work).toList();
    return begun.stream().map(CompletableFuture::join).toList();
  }

  /** What the exchange cost in the turn before. */
  ExchangeCost cost() {
    return cost;
  }

  @Override
  public void close() {
    replicas.forEach(ReplicaThread::close);
  }
}
