package io.flinklm.bench.speed;

import ai.djl.Device;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.bench.measure.Contestant;
import io.flinklm.bench.measure.Timing;
import io.flinklm.cli.run.MetricsFile;
import io.flinklm.cli.run.RepeatedText;
import io.flinklm.text.Tokenizer;
import io.flinklm.train.PlainLoop;
import io.flinklm.train.Report;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import java.nio.file.Path;

/**
 * The plain loop as {@code run --plain-loop} has it: from the text's tokens to the reports in a
 * file.
 */
final class PlainLoopSpeed implements Contestant {
  private static final double NANOS = 1e9;

  private final PlainLoop loop;
  private final MetricsFile metrics;
  private final Trainer trainer;
  private long end;
  private long trained;
  private long nanos;

  /** Thrown behind a batch to end the loop, which knows no other end than that of the text. */
  private static final class TurnIsOver extends RuntimeException {
    private static final long serialVersionUID = 1;

    TurnIsOver() {
      super("the turn is over", null, false, false);
    }
  }

  /**
   * A loop before its first batch.
   *
   * @param file that the reports go to
   */
  PlainLoopSpeed(ModelSettings model, RepeatedText text, Path file) {
    Tokenizer tokenizer = text.tokenizer();
    loop = new PlainLoop(text.ids(), text.lanes());
    metrics = MetricsFile.create(file);
    trainer =
        Trainer.drawn(
            Training.of(
                    model.trainingConfig(tokenizer.size(), 0),
                    tokenizer.fingerprint(),
                    Device.cpu(),
                    this::report)
                .withEngineThreads(model.engineThreads()));
  }

  private void report(Report report) {
    metrics.write(report);
    nanos = System.nanoTime();
    trained = report.tokensTrained();
    if (nanos >= end) {
      throw new TurnIsOver();
    }
  }

  @Override
  public Timing run(double seconds) {
    long before = trained;
    long begin = System.nanoTime();
    end = begin + (long) (seconds * NANOS);
    try {
      while (true) {
        loop.run(trainer, 1);
      }
    } catch (TurnIsOver e) {
      return new Timing(trained - before, (nanos - begin) / NANOS);
    }
  }

  @Override
  public void close() {
    trainer.close();
    metrics.close();
  }
}
