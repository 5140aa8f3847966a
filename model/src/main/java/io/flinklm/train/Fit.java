package io.flinklm.train;

import static io.flinklm.train.Schedule.Momenta.LEARNER;
import static io.flinklm.train.Schedule.Momenta.TEXT_LEARNER;

import io.flinklm.UserMistake;
import io.flinklm.lane.Windows;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.ModelKind;
import io.flinklm.net.NetConfig;
import java.util.List;

/**
 * How a model is fitted where a person says nothing: for the chapter's text what stands in its call
 * of {@code fit_one_cycle} and around it, for other text what was found by measurement.
 *
 * @param kind of the model
 * @param fitted what it was found on
 * @param epochs passes over the text, at most
 * @param laneCount lanes, the rows of a batch
 * @param bptt tokens in a window
 * @param hidden width of the model
 * @param layers recurrent layers
 * @param learningRate the highest of a cycle
 * @param steadyRate the learning rate of a schedule that stays at its highest
 * @param momenta of the cycle
 * @param weightDecay share of a weight that decays in a step of learning rate 1
 * @param dropout share of activations dropped
 * @param regularizer of the activations
 * @param clip highest global norm of the gradients; 0 for no clipping
 */
public record Fit(
    ModelKind kind,
    Fitted fitted,
    int epochs,
    int laneCount,
    int bptt,
    int hidden,
    int layers,
    double learningRate,
    double steadyRate,
    Schedule.Momenta momenta,
    double weightDecay,
    double dropout,
    Regularizer regularizer,
    double clip) {

  private static final double USUAL_DECAY = 0.01;
  private static final int LANES = 64;
  private static final int HIDDEN = 64;

  private static final int TEXT_EPOCHS = 30;
  private static final long TEXT_TOKENS = 6_000_000;
  private static final int TEXT_LANES = 32;
  private static final int TEXT_BPTT = 64;
  private static final int TEXT_HIDDEN = 256;
  private static final double TEXT_DROPOUT = 0.2;

  // On a stream without end the peak of a cycle would last forever: a third of it is steadier.
  private static final double STEADY_SHARE = 0.3;
  private static final long WARM_UP_STEPS = 200;

  /**
   * The chapter's fit of a model, by its name.
   *
   * @throws UserMistake if there is no model of that name; says which there are
   */
  public static Fit of(String model) {
    return of(ModelKind.of(model));
  }

  /** The chapter's fit of a model. */
  public static Fit of(ModelKind kind) {
    return switch (kind) {
      case LMMODEL1, LMMODEL2 -> plain(kind, 4, 3, 1, 1e-3);
      case LMMODEL3 -> plain(kind, 10, 3, 1, 3e-3);
      case LMMODEL4 -> plain(kind, 15, 16, 1, 3e-3);
      case LMMODEL5 -> plain(kind, 15, 16, 2, 3e-3);
      case LMMODEL6 -> plain(kind, 15, 16, 2, 1e-2);
      case LMMODEL7 -> regularized(kind, 0.1, new Regularizer(2, 1), 0);
      // Beyond the chapter: found by trial, docs/decisions/0009 says what was tried.
      case GRU -> regularized(kind, 0.5, new Regularizer(1, 0.5), 0.15);
      case AWD_LSTM -> regularized(kind, 0.7, new Regularizer(2, 1), 0.25);
    };
  }

  /**
   * The fit of a model for a text.
   *
   * @param fitted what it was found on
   */
  public static Fit of(ModelKind kind, Fitted fitted) {
    Fit chapter = of(kind);
    if (fitted == Fitted.ON_CHAPTER || !kind.isLayered()) {
      return chapter;
    }
    return new Fit(
        kind,
        fitted,
        TEXT_EPOCHS,
        TEXT_LANES,
        TEXT_BPTT,
        TEXT_HIDDEN,
        chapter.layers,
        chapter.learningRate,
        chapter.steadyRate,
        chapter.momenta,
        chapter.weightDecay,
        chapter.dropout > 0 ? TEXT_DROPOUT : 0,
        chapter.regularizer,
        chapter.clip);
  }

  private static Fit plain(ModelKind kind, int epochs, int bptt, int layers, double rate) {
    return ofChapter(
        kind, epochs, bptt, layers, rate, LEARNER, USUAL_DECAY, 0, Regularizer.NONE, 0);
  }

  private static Fit regularized(
      ModelKind kind, double weightDecay, Regularizer regularizer, double clip) {
    return ofChapter(kind, 15, 16, 2, 1e-2, TEXT_LEARNER, weightDecay, 0.4, regularizer, clip);
  }

  private static Fit ofChapter(
      ModelKind kind,
      int epochs,
      int bptt,
      int layers,
      double rate,
      Schedule.Momenta momenta,
      double weightDecay,
      double dropout,
      Regularizer regularizer,
      double clip) {
    return new Fit(
        kind,
        Fitted.ON_CHAPTER,
        epochs,
        LANES,
        bptt,
        HIDDEN,
        layers,
        rate,
        rate * STEADY_SHARE,
        momenta,
        weightDecay,
        dropout,
        regularizer,
        clip);
  }

  /** The name of the model. */
  public String model() {
    return kind.label();
  }

  /**
   * Passes over a text. Of the chapter's text they are the chapter's. Other text gets as many as
   * make a few minutes of one processor: of a small text many, of a large one few.
   *
   * @param tokens of the text
   */
  public int epochs(long tokens) {
    long suited = Math.max(1, Math.round((double) TEXT_TOKENS / Math.max(1, tokens)));
    return fitted == Fitted.ON_CHAPTER ? epochs : (int) Math.min(suited, epochs);
  }

  /** How text is cut into windows of so many inputs: as they follow each other, or as samples. */
  public Windows windows(int inputs) {
    NetConfig net = new NetConfig(model(), 1, 1, layers, 0);
    return new Windows(inputs, LanguageModels.of(net).stateParts() > 0);
  }

  /** The names of all models. */
  public static List<String> models() {
    return ModelKind.labels();
  }

  /** One cycle over so many steps. */
  public Schedule oneCycle(long steps) {
    return new Schedule.OneCycle(steps, learningRate, momenta);
  }

  /** Steps of a warm-up where nobody says how many, in a run of so many; 0 for without end. */
  static long warmUp(long steps) {
    return steps == 0 ? WARM_UP_STEPS : Math.min(WARM_UP_STEPS, steps / 4);
  }

  /** The schedule of a stream without end. */
  public Schedule continuous() {
    return new Schedule.WarmUp(WARM_UP_STEPS, steadyRate, momenta);
  }
}
