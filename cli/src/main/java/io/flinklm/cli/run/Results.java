package io.flinklm.cli.run;

import io.flinklm.cli.chart.Curves;
import io.flinklm.cli.chart.Picture;
import io.flinklm.saved.SavedModel;
import io.flinklm.train.ByteNumbers;
import io.flinklm.train.Report;
import java.io.PrintStream;

/**
 * What is shown and written when a run has come to its end; the model is there already.
 *
 * @param settings of the run
 * @param out where results go
 */
record Results(RunSettings settings, OutDirectory out) {

  void show(Report.RunEnd end, PrintStream screen, boolean json) {
    // Where others produced the text and nobody counted it, what was received is what was produced.
    long received =
        end.tokensTrained()
            + end.tokensScored()
            + end.tokensRefused().values().stream().mapToLong(Long::longValue).sum();
    long produced = settings.tokens() == RunSettings.UNKNOWN ? received : settings.tokens();
    Summary summary = Summary.of(end, produced, bytesProduced(end.bytes()));
    screen.println();
    screen.println(summary.toText());
    screen.println();
    if (end.step() > 0) {
      screen.println("Continued by the model:");
      Prompts.show(settings.prompts(), out.path(), settings.model().cell(), screen);
      screen.println();
      screen.println("Weights    " + out.path().resolve(SavedModel.WEIGHTS));
    }
    try {
      Curves.draw(MetricsFile.read(out.metrics()), out.curves());
      screen.println("Curves     " + out.curves());
    } catch (Picture.NotDrawn e) {
      screen.println("warning: " + e.getMessage());
    }
    if (json) {
      screen.println(summary.toJson());
    }
    screen.flush();
  }

  private long bytesProduced(ByteNumbers of) {
    return settings.bytes() == RunSettings.UNKNOWN
        ? of.bytesTrained()
            + of.bytesScored()
            + of.bytesRefused().values().stream().mapToLong(Long::longValue).sum()
        : settings.bytes();
  }
}
