package io.flinklm.cli.run;

import io.flinklm.application.settings.ModelSettings;
import io.flinklm.lane.Lanes;
import io.flinklm.text.Corpus;
import io.flinklm.text.TokenizedText;
import io.flinklm.text.Tokenizer;
import java.util.stream.IntStream;

/**
 * A text again and again, as long as lanes need it to be, and all of it to be trained on: whoever
 * measures training wants no validation in between.
 *
 * @param text repeated
 * @param lanes in it
 */
public record RepeatedText(TokenizedText text, Lanes lanes) {

  /** The human numbers, of so many windows a lane. */
  public static RepeatedText ofNumbers(ModelSettings model, int windowsPerLane) {
    return of(Corpus.humanNumbers(), model, windowsPerLane);
  }

  /** A text, of so many windows a lane. */
  public static RepeatedText of(TokenizedText once, ModelSettings model, int windowsPerLane) {
    int windows = Math.multiplyExact(windowsPerLane, model.laneCount());
    int tokens = Math.addExact(Math.multiplyExact(windows, model.bptt()), 1);
    return new RepeatedText(
        new Repeated(once, tokens), new Lanes(model.laneCount(), model.windows(), windows, 0));
  }

  /** The tokenizer of the text. */
  public Tokenizer tokenizer() {
    return text.tokenizer();
  }

  /** Its tokens as ids. */
  public int[] ids() {
    return IntStream.range(0, text.size()).map(text::id).toArray();
  }

  private record Repeated(TokenizedText once, int size) implements TokenizedText {
    @Override
    public int id(int index) {
      return once.id(index % once.size());
    }

    @Override
    public Tokenizer tokenizer() {
      return once.tokenizer();
    }
  }
}
