package io.flinklm.cli.run;

import io.flinklm.application.settings.ModelSettings;
import io.flinklm.lane.Lanes;
import io.flinklm.text.Corpus;
import io.flinklm.text.TokenizedText;
import io.flinklm.text.Tokenizer;
import java.util.stream.IntStream;

/**
 * The human numbers again and again, as long as lanes need them to be, and all of it to be trained
 * on: whoever measures training wants no validation in between.
 *
 * @param text the numbers, repeated
 * @param lanes in it
 */
public record RepeatedNumbers(TokenizedText text, Lanes lanes) {
  private static final Corpus NUMBERS = Corpus.humanNumbers();

  /** A text of so many windows a lane. */
  public static RepeatedNumbers of(ModelSettings model, int windowsPerLane) {
    int windows = Math.multiplyExact(windowsPerLane, model.laneCount());
    int tokens = Math.addExact(Math.multiplyExact(windows, model.bptt()), 1);
    return new RepeatedNumbers(
        new Repeated(tokens), new Lanes(model.laneCount(), model.windows(), windows, 0));
  }

  /** The tokenizer of the text. */
  public static Tokenizer tokenizer() {
    return NUMBERS.tokenizer();
  }

  /** Its tokens as ids. */
  public int[] ids() {
    return IntStream.range(0, text.size()).map(text::id).toArray();
  }

  private record Repeated(int size) implements TokenizedText {
    @Override
    public int id(int index) {
      return NUMBERS.id(index % NUMBERS.size());
    }

    @Override
    public Tokenizer tokenizer() {
      return NUMBERS.tokenizer();
    }
  }
}
