package io.flinklm.job;

import io.flinklm.train.Trainer;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * When the trainer's weights leave it: every so many steps they are published to whoever answers
 * prompts, and with a checkpoint, after some time, they are exported to disk. Both cost the
 * training a copy of the weights, and the export a SHA-256, which is why neither happens more
 * often. Not thread safe.
 */
final class WeightsOutput {
  private static final long NOT_YET = -1;
  private static final String PUBLISHED = "weightsPublished";
  private static final String EXPORTED = "weightsExported";

  private final Trainer trainer;
  private final Lineage lineage;
  private final JobOptions options;
  private final Supplier<Map<Integer, Long>> offsets;
  private final Output<?> output;
  private final KeptCounters counters;
  private final LongSupplier nanoTime;
  private long published = NOT_YET;
  private long exported = NOT_YET;
  private long exportedAt;

  /** Weights of the trainer, with the offsets of the text that they have seen. */
  WeightsOutput(
      Trainer trainer,
      Lineage lineage,
      JobOptions options,
      Supplier<Map<Integer, Long>> offsets,
      Output<?> output,
      KeptCounters counters,
      LongSupplier nanoTime) {
    this.trainer = trainer;
    this.lineage = lineage;
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
    publish();
  }

  /** Publishes the weights if it is their turn. */
  void stepDone() {
    long step = trainer.weights().step();
    if (step > published && step % options.publishEvery() == 0) {
      publish();
    }
  }

  /** Exports the weights if it is time; before a barrier, so that they are of its checkpoint. */
  void beforeBarrier() {
    boolean over = nanoTime.getAsLong() - exportedAt >= options.exportEvery().toNanos();
    if (over && trainer.weights().step() > Math.max(exported, 0)) {
      export();
    }
  }

  /** Exports and publishes the last weights. */
  void end() {
    export();
  }

  private void export() {
    TrainedModel model = now();
    output.collect(TrainingJob.MODELS, new StreamRecord<>(model));
    counters.named(EXPORTED).inc();
    exported = model.step();
    exportedAt = nanoTime.getAsLong();
    publish();
  }

  private void publish() {
    long step = trainer.weights().step();
    if (step != published) {
      byte[] safetensors = trainer.weights().toSafetensorsOnce();
      output.collect(
          TrainingJob.WEIGHTS, new StreamRecord<>(PublishedWeights.of(step, safetensors)));
      counters.named(PUBLISHED).inc();
      published = step;
    }
  }

  /** The weights as they are. */
  TrainedModel now() {
    String sha256 = trainer.weights().sha256();
    return new TrainedModel(
        trainer.weights().step(),
        sha256,
        trainer.weights().toSafetensors(),
        lineage,
        Double.NaN,
        trainer.standing(sha256),
        offsets.get());
  }
}
