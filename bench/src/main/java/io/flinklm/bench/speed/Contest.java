package io.flinklm.bench.speed;

import io.flinklm.application.settings.ModelSettings;
import io.flinklm.bench.measure.BareStep;
import io.flinklm.bench.measure.Contestant;
import io.flinklm.bench.measure.OwnThreads;
import io.flinklm.bench.measure.PreparedBatches;
import io.flinklm.bench.measure.StepTimes;
import io.flinklm.cli.run.RepeatedText;
import io.flinklm.cli.run.Reproduction;
import io.flinklm.cli.run.WorkDirectory;
import io.flinklm.engine.PyTorch;
import io.flinklm.net.ModelKind;
import io.flinklm.net.NetConfig;
import io.flinklm.producer.Publication;
import io.flinklm.train.Fit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** All who take turns in {@code bench}, and the Kafka and the Flink of the pipeline. */
public final class Contest implements AutoCloseable {
  static final String STEP = "step";
  static final String PLAIN_LOOP = "plain_loop";
  static final String PIPELINE = "pipeline";
  static final String STEP_OF_DJL = "step_lmmodel6";
  static final String DJL = "djl";

  /** The contestant that only multiplies matrices. */
  public static final String MATRICES = "matrix_products";

  static final String PYTORCH = "pytorch";

  /** The model that DJL's own classes can make: nothing tied, nothing dropped. */
  private static final ModelKind MODEL_OF_DJL = ModelKind.LMMODEL6;

  private static final int WINDOWS = 256;
  private static final long LEAD_PER_SECOND = 200_000;

  private final SpeedOptions options;
  private final WorkDirectory work;
  private final Map<String, Contestant> contestants = new LinkedHashMap<>();
  private final Map<String, PyTorchLoop> pytorch = new LinkedHashMap<>();
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private StepTimes times;
  private String missing;

  private Contest(SpeedOptions options, WorkDirectory work) {
    this.options = options;
    this.work = work;
  }

  /**
   * Starts all that can be measured here.
   *
   * @throws io.flinklm.UserMistake if the device is not there
   */
  public static Contest prepare(SpeedOptions options) throws Exception {
    Contest contest = new Contest(options, WorkDirectory.create());
    try {
      contest.addAll();
      return contest;
    } catch (Exception | Error e) {
      contest.close();
      throw e;
    }
  }

  private void addAll() throws Exception {
    ModelSettings model = options.model();
    RepeatedText text = RepeatedText.of(options.text(), model, WINDOWS);
    BareStep step = step(model, text);
    times = step.times();
    add(STEP, step);
    if (!options.onGpu()) {
      add(PLAIN_LOOP, new PlainLoopSpeed(model, text, work.path().resolve("loop.jsonl")));
      Reproduction stream = Reproduction.start(work.path(), 0);
      opened.push(stream);
      long lead = (long) Math.min(Publication.TOKENS_AHEAD, LEAD_PER_SECOND * options.seconds());
      add(PIPELINE, new PipelineSpeed(stream, model, text, options.interval(), lead));
    }
    addPyTorch();
    if (!options.onGpu()) {
      addDjl();
      add(MATRICES, new OwnThreads(new MatrixProducts(), model.engineThreads()));
    }
  }

  private void add(String name, Contestant contestant) {
    contestants.put(name, contestant);
    opened.push(contestant);
  }

  private static BareStep step(ModelSettings model, RepeatedText text) {
    return new BareStep(
        model.trainingConfig(text.tokenizer().size(), 0),
        PyTorch.device(model.device()),
        model.engineThreads(),
        new PreparedBatches(text.ids(), text.lanes()));
  }

  private void addDjl() {
    ModelSettings ours = options.model();
    ModelSettings plain = ModelSettings.ofChapter(Fit.of(MODEL_OF_DJL), ours.seed()).shapedAs(ours);
    RepeatedText text = RepeatedText.of(options.text(), plain, WINDOWS);
    if (!ours.equals(plain)) {
      add(STEP_OF_DJL, step(plain, text));
    }
    PreparedBatches batches = new PreparedBatches(text.ids(), text.lanes());
    NetConfig net = plain.net(options.vocabulary());
    add(DJL, new OwnThreads(new DjlLoop(net, batches), plain.engineThreads()));
  }

  private void addPyTorch() throws Exception {
    PyTorchLoops loops = new PyTorchLoops(options, work.path());
    missing = loops.missing().orElse(null);
    if (missing == null) {
      // Each as soon as it runs, so that none is left behind where the next does not start.
      loops.start(
          (name, loop) -> {
            pytorch.put(name, loop);
            add(name, loop);
          });
    }
  }

  /** Who takes turns, by name. */
  public Map<String, Contestant> contestants() {
    return contestants;
  }

  /** PyTorch's loops among them, by name; {@link #PYTORCH} has as many threads as the engine. */
  Map<String, PyTorchLoop> pytorch() {
    return pytorch;
  }

  /** How the time of the bare step falls to its parts. */
  public StepTimes times() {
    return times;
  }

  /** Why PyTorch's loop is not among them; empty if it is. */
  public Optional<String> missing() {
    return Optional.ofNullable(missing);
  }

  @Override
  public void close() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
    work.close();
  }
}
