package io.flinklm.cli.run;

import io.flinklm.application.settings.ModelSettings;
import io.flinklm.lane.Lanes;
import io.flinklm.text.Corpus;
import io.flinklm.text.Vocabulary;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/**
 * The human numbers again and again, as long as lanes need them to be, and all of it to be trained
 * on: whoever measures training wants no validation in between.
 *
 * @param tokens of the text
 * @param lanes in it
 */
public record RepeatedNumbers(List<String> tokens, Lanes lanes) {
  private static final Corpus NUMBERS = Corpus.humanNumbers();

  /** A text of so many windows a lane. */
  public static RepeatedNumbers of(ModelSettings model, int windowsPerLane) {
    int windows = Math.multiplyExact(windowsPerLane, model.laneCount());
    int tokens = Math.addExact(Math.multiplyExact(windows, model.bptt()), 1);
    return new RepeatedNumbers(
        new Repeated<>(NUMBERS.tokens(), tokens),
        new Lanes(model.laneCount(), model.windows(), windows, 0));
  }

  /** The vocabulary of the text. */
  public static Vocabulary vocabulary() {
    return NUMBERS.vocabulary();
  }

  /** Its tokens as ids. */
  public int[] ids() {
    int[] once = NUMBERS.ids(NUMBERS.vocabulary());
    int[] ids = new int[tokens.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = once[i % once.length];
    }
    return ids;
  }

  private static final class Repeated<T> extends AbstractList<T> implements RandomAccess {
    private final List<T> once;
    private final int size;

    Repeated(List<T> once, int size) {
      this.once = once;
      this.size = size;
    }

    @Override
    public T get(int index) {
      return once.get(index % once.size());
    }

    @Override
    public int size() {
      return size;
    }
  }
}
