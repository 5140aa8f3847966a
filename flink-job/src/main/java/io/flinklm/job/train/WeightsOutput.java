package io.flinklm.job.train;

import io.flinklm.job.models.BestWeights;
import io.flinklm.job.models.Lineage;
import io.flinklm.job.models.PublishedWeights;
import io.flinklm.job.models.TrainedModel;
import io.flinklm.job.state.KeptCounters;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * When the weights of a training leave it: every so many steps, or where they expected the
 * validation text best, they are published to whoever answers prompts, and with a checkpoint, after
 * some time, they are exported to disk. Both cost the training a copy of the weights, and the
 * export a SHA-256, which is why neither happens more often. Not thread safe.
 */
final class WeightsOutput {
  private static final long NOT_YET = -1;
  private static final String PUBLISHED = "weightsPublished";
  private static final String EXPORTED = "weightsExported";

  private final CurrentWeights weights;
  private final Lineage lineage;
  private final String reported;
  private final JobOptions options;
  private final Supplier<Map<Integer, Long>> offsets;
  private final Output<?> output;
  private final KeptCounters counters;
  private final LongSupplier nanoTime;
  private long published = NOT_YET;
  private long exported = NOT_YET;
  private long evaluated = NOT_YET;
  private double validLoss;
  private BestWeights best;
  private TrainedModel notYetExported;
  private long exportedAt;

  /** Weights of a training, with the offsets of the text that they have seen. */
  WeightsOutput(
      CurrentWeights weights,
      Lineage lineage,
      String reported,
      BestWeights best,
      JobOptions options,
      Supplier<Map<Integer, Long>> offsets,
      Output<?> output,
      KeptCounters counters,
      LongSupplier nanoTime) {
    this.weights = weights;
    this.lineage = lineage;
    this.reported = reported;
    // A checkpoint of a job that served the newest weights has no others.
    this.best = options.served() == Served.BEST && !best.areHere() ? BestWeights.NONE : best;
    this.options = options;
    this.offsets = offsets;
    this.output = output;
    this.counters = counters;
    this.nanoTime = nanoTime;
    this.exportedAt = nanoTime.getAsLong();
  }

  /** How often either happened, for the dashboard. */
  static KeptCounters counters(MetricGroup group, OperatorStateStore store) throws Exception {
    return new KeptCounters(group, store, PUBLISHED, EXPORTED);
  }

  /** Publishes weights that were not drawn in this run: those of a checkpoint or a saved model. */
  void start() {
    if (servesBest()) {
      publish(best.step(), best::safetensors);
    } else {
      publishLatest();
    }
  }

  private boolean servesBest() {
    return options.served() == Served.BEST && best.areHere();
  }

  /** Publishes the weights if it is their turn. */
  void stepDone() {
    long every = options.publishEvery();
    // Of several replicas only the steps at the end of a round are seen.
    if (weights.step() / every > published / every) {
      publishLatest();
    }
  }

  /**
   * Takes up what the weights, as they are, gave on the validation text. Those that gave the best
   * so far are exported with the next checkpoint, however soon that comes: training goes on, and a
   * moment later they are others.
   */
  void evaluated(double loss) {
    evaluated = weights.step();
    validLoss = loss;
    if (loss < best.loss()) {
      notYetExported = now();
      best = new BestWeights(loss, evaluated, served());
      if (servesBest()) {
        publish(best.step(), best::safetensors);
      }
    }
  }

  private byte[] served() {
    return options.served() == Served.BEST ? weights.forAnswers() : new byte[0];
  }

  /** The best weights so far. */
  BestWeights best() {
    return best;
  }

  /**
   * Exports the best weights if they are new, and the present ones if it is time; before a barrier,
   * so that they are of its checkpoint.
   */
  void beforeBarrier() {
    exportBest();
    boolean over = nanoTime.getAsLong() - exportedAt >= options.exportEvery().toNanos();
    if (over && weights.step() > Math.max(exported, 0)) {
      export();
    }
  }

  /** Exports the best weights if they are new, and exports and publishes the last ones. */
  void end() {
    if (notYetExported != null && notYetExported.step() < weights.step()) {
      exportBest();
    }
    // Or else they are the last ones. A checkpoint after the end must find nothing left to send.
    notYetExported = null;
    export();
  }

  private void exportBest() {
    if (notYetExported != null) {
      export(notYetExported);
      notYetExported = null;
    }
  }

  private void export() {
    export(now());
    exportedAt = nanoTime.getAsLong();
    publishLatest();
  }

  private void export(TrainedModel model) {
    output.collect(TrainedModel.TAG, new StreamRecord<>(model));
    counters.named(EXPORTED).inc();
    exported = model.step();
  }

  private void publishLatest() {
    if (!servesBest()) {
      publish(weights.step(), weights::forAnswers);
    }
  }

  private void publish(long step, Supplier<byte[]> safetensors) {
    if (step != published) {
      output.collect(
          PublishedWeights.TAG,
          new StreamRecord<>(PublishedWeights.of(step, safetensors.get(), reported)));
      counters.named(PUBLISHED).inc();
      published = step;
    }
  }

  /** The weights as they are. */
  TrainedModel now() {
    String sha256 = weights.sha256();
    long step = weights.step();
    return new TrainedModel(
        step,
        sha256,
        weights.safetensors(),
        lineage,
        step == evaluated ? validLoss : Double.NaN,
        weights.standing(sha256),
        offsets.get());
  }
}
