package io.flinklm.train;

import static java.util.Objects.requireNonNullElse;

import io.flinklm.net.AwdDropout;
import io.flinklm.net.ModelKind;
import io.flinklm.net.NetConfig;
import io.flinklm.train.Schedule.Momenta;

/**
 * What a person chose of how a model learns, beside its size. Each is null where it is the one of
 * the model's {@link Fit}.
 *
 * @param learningRate the highest
 * @param schedule of the learning rate
 * @param warmUp steps in which the learning rate rises
 * @param momentum the same in every step
 * @param weightDecay share of a weight that decays in a step of learning rate 1
 * @param clip highest global norm of the gradients; 0 for no clipping
 * @param ar weight of activation regularization
 * @param tar weight of temporal activation regularization
 * @param dropout share of the last layer's activations dropped
 * @param dropoutEmbedding as in {@link AwdDropout}
 * @param dropoutInput likewise
 * @param dropoutWeight likewise
 * @param dropoutHidden likewise
 * @param embedding width of the embedding
 */
public record Hyperparameters(
    Double learningRate,
    ScheduleKind schedule,
    Long warmUp,
    Double momentum,
    Double weightDecay,
    Double clip,
    Double ar,
    Double tar,
    Double dropout,
    Double dropoutEmbedding,
    Double dropoutInput,
    Double dropoutWeight,
    Double dropoutHidden,
    Integer embedding) {

  /** All of the fit. */
  public static final Hyperparameters OF_FIT =
      new Hyperparameters(
          null, null, null, null, null, null, null, null, null, null, null, null, null, null);

  /** Those that a training has, whether chosen or of the fit; null where its model has no use. */
  public static Hyperparameters of(TrainingConfig config) {
    NetConfig net = config.net();
    Schedule schedule = config.schedule();
    ModelKind kind = ModelKind.of(net.model());
    boolean activations = kind.isLayered();
    boolean awd = kind == ModelKind.AWD_LSTM;
    return new Hyperparameters(
        schedule.maximum(),
        schedule.kind().orElse(null),
        schedule.warmUp(),
        schedule.momenta().isOne() ? schedule.momenta().peak() : null,
        config.weightDecay(),
        config.clip(),
        activations ? config.regularizer().alpha() : null,
        activations ? config.regularizer().beta() : null,
        activations ? net.dropout() : null,
        awd ? net.awdDropout().embedding() : null,
        awd ? net.awdDropout().input() : null,
        awd ? net.awdDropout().weight() : null,
        awd ? net.awdDropout().hidden() : null,
        kind.takesAnyEmbedding() ? net.embedding() : null);
  }

  /** These, but for what others were chosen. */
  public Hyperparameters or(Hyperparameters fallback) {
    return new Hyperparameters(
        either(learningRate, fallback.learningRate),
        either(schedule, fallback.schedule),
        either(warmUp, fallback.warmUp),
        either(momentum, fallback.momentum),
        either(weightDecay, fallback.weightDecay),
        either(clip, fallback.clip),
        either(ar, fallback.ar),
        either(tar, fallback.tar),
        either(dropout, fallback.dropout),
        either(dropoutEmbedding, fallback.dropoutEmbedding),
        either(dropoutInput, fallback.dropoutInput),
        either(dropoutWeight, fallback.dropoutWeight),
        either(dropoutHidden, fallback.dropoutHidden),
        either(embedding, fallback.embedding));
  }

  private static <T> T either(T chosen, T fallback) {
    return chosen == null ? fallback : chosen;
  }

  /** A model's fit with what was chosen. */
  public Fit appliedTo(Fit fit) {
    return new Fit(
        fit.kind(),
        fit.fitted(),
        fit.epochs(),
        fit.laneCount(),
        fit.bptt(),
        fit.hidden(),
        fit.layers(),
        requireNonNullElse(learningRate, fit.learningRate()),
        requireNonNullElse(learningRate, fit.steadyRate()),
        momentum == null ? fit.momenta() : Momenta.of(momentum),
        requireNonNullElse(weightDecay, fit.weightDecay()),
        requireNonNullElse(dropout, fit.dropout()),
        new Regularizer(
            requireNonNullElse(ar, fit.regularizer().alpha()),
            requireNonNullElse(tar, fit.regularizer().beta())),
        requireNonNullElse(clip, fit.clip()));
  }

  /** The shape of the model of a fit, and what is dropped of it. */
  public NetConfig net(Fit fit, int vocabulary, int hidden, int layers) {
    AwdDropout usual = AwdDropout.usual(fit.model(), fit.dropout());
    return new NetConfig(
        fit.model(),
        vocabulary,
        hidden,
        layers,
        requireNonNullElse(dropout, fit.dropout()),
        requireNonNullElse(embedding, hidden),
        new AwdDropout(
            requireNonNullElse(dropoutEmbedding, usual.embedding()),
            requireNonNullElse(dropoutInput, usual.input()),
            requireNonNullElse(dropoutWeight, usual.weight()),
            requireNonNullElse(dropoutHidden, usual.hidden())));
  }

  /**
   * The schedule of a run.
   *
   * @param fit of the model
   * @param steps of the run; 0 for a run without end
   * @throws io.flinklm.UserMistake if a run of so many steps has no such schedule
   */
  public Schedule schedule(Fit fit, long steps) {
    ScheduleKind usual = steps == 0 ? ScheduleKind.CONSTANT : ScheduleKind.ONE_CYCLE;
    return requireNonNullElse(schedule, usual).schedule(appliedTo(fit), warmUp, steps);
  }
}
