package io.flinklm.application.options;

import io.flinklm.UserMistake;
import io.flinklm.application.settings.InitialModel;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.engine.DeviceChoice;
import io.flinklm.engine.PyTorch;
import io.flinklm.job.train.StreamOptions;
import io.flinklm.net.Cell;
import io.flinklm.net.ModelKind;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.TokenizerKind;
import io.flinklm.train.Fit;
import io.flinklm.train.Fitted;
import io.flinklm.train.Hyperparameters;
import io.flinklm.train.OnNonfinite;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of every command that trains: the model and how it learns. */
public final class ModelOptions {
  // Beyond these no heap would do, and counting parameters would not either.
  static final int WIDEST = 1_000_000;
  private static final int DEEPEST = 1_000;

  @Option(
      names = "--model",
      defaultValue = "lmmodel7",
      description = "The language model (default: ${DEFAULT-VALUE}).")
  private String model;

  @Option(
      names = "--lanes",
      paramLabel = "<lanes>",
      description =
          "Lanes, the rows of a batch (default: 64; 32 where the tokenizer is not words).")
  private Integer laneCount;

  @Option(
      names = "--bptt",
      description =
          "Tokens in a window of truncated BPTT (default: the model's, 16 for lmmodel7; 64 where"
              + " the tokenizer is not words).")
  private Integer bptt;

  @Option(
      names = "--hidden",
      description =
          "Width of the hidden state, and of the embedding (default: 64; 256 where the tokenizer is"
              + " not words). A wide model needs more Java heap: FLINK_LM_HEAP=2g ./flink-lm ...")
  private Integer hidden;

  @Option(
      names = "--layers",
      description = "Recurrent layers (default: the model's, 2 for lmmodel7).")
  private Integer layers;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Seed of every random number (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--device",
      defaultValue = "auto",
      description = "auto, cpu or gpu; auto takes a GPU where there is one (default: auto).")
  private String device;

  @Mixin private ShardOptions shards;
  @Mixin private ReplicaOptions replicas;

  @Option(
      names = "--cell",
      defaultValue = "engine",
      description =
          "Who computes an LSTM: engine, or scratch, the chapter's cell (default: engine).")
  private String cell;

  @Option(
      names = "--on-nonfinite",
      paramLabel = "stop|skip",
      description =
          "Where a step gives NaN or infinity: stop before it, or skip the batch (default: stop).")
  private String onNonfinite;

  @Mixin private HyperparameterOptions hyperparameters;
  @Mixin private TokenizerOptions tokenizer;
  @Mixin private StreamsOptions streams;

  @Option(
      names = "--init-from",
      paramLabel = "DIR",
      description =
          "Start from the weights of the model in DIR, its files or an --out directory (default:"
              + " drawn from the seed).")
  private Path initFrom;

  /** The name of the model. */
  public String name() {
    return model;
  }

  /** How many lanes, what was chosen or the fit's; or rows of a full batch of streams. */
  public int laneCount(Fit fit) {
    if (streams.areWanted()) {
      return streams.rows();
    }
    return laneCount == null ? fit.laneCount() : laneCount;
  }

  /**
   * How streams are trained on; empty for lanes.
   *
   * @throws UserMistake if an option is out of its range, or is for the other of the two
   */
  public Optional<StreamOptions> streams() {
    Optional<StreamOptions> chosen = streams.chosen();
    if (chosen.isPresent() && laneCount != null) {
      throw new UserMistake("--streams has no lanes: leave out --lanes; --batch says the rows");
    }
    return chosen;
  }

  /** The tokenizer that is asked for. */
  public TokenizerOptions tokenizer() {
    return tokenizer;
  }

  /** Whether training starts from a model on disk. */
  public boolean startsFromModel() {
    return initFrom != null;
  }

  /**
   * The fit of the model for a text.
   *
   * @param tokenizer that cuts the text
   * @throws UserMistake if an option is out of its range
   */
  public Fit fit(TokenizerKind tokenizer) {
    Fit fit = Fit.of(ModelKind.of(model), Fitted.on(tokenizer));
    streams();
    OptionRange.positive("--lanes", laneCount(fit));
    OptionRange.positive("--bptt", bptt(fit));
    OptionRange.positive("--hidden", hidden(fit));
    OptionRange.atMost("--hidden", hidden(fit), WIDEST);
    OptionRange.positive("--layers", layers(fit));
    OptionRange.atMost("--layers", layers(fit), DEEPEST);
    replicas.requireFit(laneCount(fit), shards);
    Cell.of(cell);
    onNonfinite();
    fixed("--layers", layers(fit), fit.layers(), fit, !fit.kind().isLayered());
    fixed("--bptt", bptt(fit), fit.bptt(), fit, !fit.kind().takesAnyWindow());
    DeviceChoice.of(device);
    hyperparameters.chosenFor(fit.kind());
    return fit;
  }

  /**
   * Refuses a device that this process does not have.
   *
   * @throws UserMistake if it is not there
   */
  public void requireDevice() {
    PyTorch.newManager(PyTorch.device(DeviceChoice.of(device))).close();
  }

  /** What was chosen, for a model's fit. */
  public ModelSettings settings(Fit fit) {
    return new ModelSettings(
        model,
        laneCount(fit),
        bptt(fit),
        hidden(fit),
        layers(fit),
        seed,
        DeviceChoice.of(device),
        Cell.of(cell),
        onNonfinite(),
        shards.count(),
        shards.engineThreads(),
        replicas.replication(),
        hyperparameters.chosenFor(fit.kind()),
        fit.fitted());
  }

  /**
   * The settings of a run that goes on, with what was chosen anew for it.
   *
   * @param steps of the run; 0 for a run without end
   * @throws UserMistake if a run that goes on cannot have it
   */
  public ModelSettings resumed(ModelSettings settings, long steps) {
    replicas.requireNoneBut(settings.replication());
    Hyperparameters chosen = hyperparameters.chosenFor(settings.fit().kind());
    ModelSettings resumed = shards.resumed(settings.with(chosen.or(settings.hyperparameters())));
    if (!resumed.net(1).equals(settings.net(1))) {
      throw new UserMistake(
          "a run that goes on keeps its dropouts and the width of its embedding: leave out"
              + " --dropout, --dropout-... and --embedding, or start a new run");
    }
    resumed.requireSchedule(steps);
    return onNonfinite == null ? resumed : resumed.withOnNonfinite(onNonfinite());
  }

  private OnNonfinite onNonfinite() {
    return onNonfinite == null ? OnNonfinite.STOP : OnNonfinite.of(onNonfinite);
  }

  /** Subtasks that train, of a job of several replicas. */
  public int trainParallelism() {
    return replicas.trainParallelism();
  }

  /**
   * Refuses several replicas where one is trained.
   *
   * @throws UserMistake if they were given
   */
  public void requireOneReplica() {
    if (replicas.count() > 1) {
      throw new UserMistake("one replica is trained here: leave out --replicas");
    }
  }

  /** Refuses a start from a model where a run goes on from its own state. */
  public void requireFresh(boolean resume) {
    if (resume && initFrom != null) {
      throw new UserMistake(
          "--resume goes on from the state of the run: leave out --init-from, or --resume");
    }
  }

  /**
   * Makes sure that a run goes on with streams, or with lanes, as it was started.
   *
   * @param kept how it trains on streams; null for lanes
   * @param rows of a full batch of streams
   * @throws UserMistake if something else was given
   */
  public void requireStreamsBut(StreamOptions kept, int rows) {
    streams.requireNoneBut(kept, rows);
  }

  /**
   * The model to start from, if one was given.
   *
   * @throws UserMistake if it is damaged or does not fit
   */
  public Optional<InitialModel> initial(Fit fit, Tokenizer ofText) {
    return Optional.ofNullable(initFrom)
        .map(directory -> InitialModel.read(directory, settings(fit), ofText));
  }

  private static void fixed(String option, int given, int fixed, Fit fit, boolean isFixed) {
    if (isFixed && given != fixed) {
      throw new UserMistake(option + " of " + fit.model() + " is " + fixed + ", not " + given);
    }
  }

  private int layers(Fit fit) {
    return layers == null ? fit.layers() : layers;
  }

  private int hidden(Fit fit) {
    return hidden == null ? fit.hidden() : hidden;
  }

  /** Tokens in a window: what was chosen, or the fit's. */
  public int bptt(Fit fit) {
    return bptt == null ? fit.bptt() : bptt;
  }
}
