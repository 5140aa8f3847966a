package io.flinklm.application.options;

import io.flinklm.UserMistake;
import io.flinklm.net.ModelKind;
import io.flinklm.train.Hyperparameters;
import io.flinklm.train.ScheduleKind;
import java.util.function.Predicate;
import picocli.CommandLine.Option;

/** Options of how a model learns, for whoever wants another than the model's own fit. */
final class HyperparameterOptions {
  // Beyond these a step does not learn, or the optimizer turns weights around.
  private static final double HIGHEST_RATE = 1;
  private static final double STRONGEST_DECAY = 1;
  private static final double HIGHEST_WEIGHT = 1_000_000;
  private static final String LAYERED = "lmmodel5, lmmodel6, lmmodel7, gru and awd-lstm";
  private static final String AWD = "awd-lstm";

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      description = "The highest learning rate (default: the model's, 0.01 for lmmodel7).")
  private Double learningRate;

  @Option(
      names = "--schedule",
      paramLabel = "one-cycle|constant|cosine",
      description =
          "How the learning rate goes (default: one-cycle; constant for a stream without end).")
  private String schedule;

  @Option(
      names = "--warm-up",
      paramLabel = "STEPS",
      description =
          "Steps in which the learning rate rises (default: a quarter of the run, for constant and"
              + " cosine 200 where that is less).")
  private Long warmUp;

  @Option(
      names = "--momentum",
      paramLabel = "M",
      description =
          "The optimizer's momentum in every step (default: the model's, 0.8, 0.7 at the highest"
              + " learning rate, for lmmodel7).")
  private Double momentum;

  @Option(
      names = "--weight-decay",
      paramLabel = "W",
      description = "Decay of the weights (default: the model's, 0.1 for lmmodel7).")
  private Double weightDecay;

  @Option(
      names = "--clip",
      paramLabel = "NORM",
      description =
          "Highest global norm of the gradients; 0 for any (default: the model's, 0 for lmmodel7).")
  private Double clip;

  @Option(
      names = "--ar",
      paramLabel = "ALPHA",
      description = "Weight of activation regularization (default: the model's, 2 for lmmodel7).")
  private Double ar;

  @Option(
      names = "--tar",
      paramLabel = "BETA",
      description =
          "Weight of temporal activation regularization (default: the model's, 1 for lmmodel7).")
  private Double tar;

  @Option(
      names = "--dropout",
      paramLabel = "SHARE",
      description =
          "Share of the last layer's outputs to drop (default: the model's, 0.4 for lmmodel7).")
  private Double dropout;

  @Option(
      names = "--dropout-embedding",
      paramLabel = "SHARE",
      description = "Of awd-lstm: share of the words of the embedding to drop (default: 0.002).")
  private Double dropoutEmbedding;

  @Option(
      names = "--dropout-input",
      paramLabel = "SHARE",
      description = "Of awd-lstm: share of the first layer's inputs to drop (default: 0.005).")
  private Double dropoutInput;

  @Option(
      names = "--dropout-weight",
      paramLabel = "SHARE",
      description = "Of awd-lstm: share of the recurrent weights to drop (default: 0.01).")
  private Double dropoutWeight;

  @Option(
      names = "--dropout-hidden",
      paramLabel = "SHARE",
      description = "Of awd-lstm: share of what goes between layers to drop (default: 0.05).")
  private Double dropoutHidden;

  @Option(
      names = "--embedding",
      paramLabel = "WIDTH",
      description = "Of lmmodel5 and lmmodel6: width of the embedding (default: --hidden).")
  private Integer embedding;

  /**
   * What was chosen for a model.
   *
   * @throws UserMistake if a value is out of its range, or the model has no use for an option
   */
  Hyperparameters chosenFor(ModelKind model) {
    if (learningRate != null && !(learningRate > 0 && learningRate <= HIGHEST_RATE)) {
      throw new UserMistake(
          "--learning-rate must be more than 0 and at most 1, not "
              + OptionRange.number(learningRate));
    }
    OptionRange.zeroOrMore("--warm-up", warmUp == null ? 0 : warmUp);
    OptionRange.share("--momentum", momentum);
    OptionRange.fromZero("--weight-decay", weightDecay, STRONGEST_DECAY);
    OptionRange.fromZero("--clip", clip, HIGHEST_WEIGHT);
    regularizing("--ar", ar, model);
    regularizing("--tar", tar, model);
    dropping("--dropout", dropout, model, ModelKind::isLayered, LAYERED);
    dropping("--dropout-embedding", dropoutEmbedding, model, HyperparameterOptions::isAwd, AWD);
    dropping("--dropout-input", dropoutInput, model, HyperparameterOptions::isAwd, AWD);
    dropping("--dropout-weight", dropoutWeight, model, HyperparameterOptions::isAwd, AWD);
    dropping("--dropout-hidden", dropoutHidden, model, HyperparameterOptions::isAwd, AWD);
    useful("--embedding", embedding, model.takesAnyEmbedding(), model, "lmmodel5 and lmmodel6");
    if (embedding != null) {
      OptionRange.positive("--embedding", embedding);
      OptionRange.atMost("--embedding", embedding, ModelOptions.WIDEST);
    }
    return new Hyperparameters(
        learningRate,
        schedule == null ? null : ScheduleKind.of(schedule),
        warmUp,
        momentum,
        weightDecay,
        clip,
        ar,
        tar,
        dropout,
        dropoutEmbedding,
        dropoutInput,
        dropoutWeight,
        dropoutHidden,
        embedding);
  }

  private static boolean isAwd(ModelKind model) {
    return model == ModelKind.AWD_LSTM;
  }

  private static void regularizing(String option, Double value, ModelKind model) {
    useful(option, value, model.isLayered(), model, LAYERED);
    OptionRange.fromZero(option, value, HIGHEST_WEIGHT);
  }

  private static void dropping(
      String option, Double value, ModelKind model, Predicate<ModelKind> has, String those) {
    useful(option, value, has.test(model), model, those);
    OptionRange.share(option, value);
  }

  private static void useful(
      String option, Object value, boolean is, ModelKind model, String those) {
    if (value != null && !is) {
      throw new UserMistake(
          "%s has no use in %s; it is an option of %s".formatted(option, model.label(), those));
    }
  }
}
