package io.flinklm.cli;

import io.flinklm.Quotation;
import io.flinklm.UserMistake;
import io.flinklm.application.options.DurationConverter;
import io.flinklm.application.options.KafkaClientOptions;
import io.flinklm.application.settings.ModelOnDisk;
import io.flinklm.cli.option.PromptOptions;
import io.flinklm.cli.run.Prompts;
import io.flinklm.engine.DeviceChoice;
import io.flinklm.engine.PyTorch;
import io.flinklm.job.models.PinnedModel;
import io.flinklm.net.Cell;
import io.flinklm.predict.LoadedModel;
import io.flinklm.predict.Memory;
import io.flinklm.predict.PredictedToken;
import io.flinklm.predict.Prediction;
import io.flinklm.predict.PredictionJson;
import io.flinklm.predict.Prompt;
import io.flinklm.topics.client.PromptClient;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flink-lm predict}. */
@Command(
    name = "predict",
    description = "Let a model continue a text: one that is being trained, or one on disk.",
    sortOptions = false)
final class PredictCommand implements Callable<Integer> {
  private static final int SHOWN_OF_SHA256 = 12;

  @Parameters(paramLabel = "TEXT", description = "Text to go on from.")
  private String text;

  @ArgGroup(multiplicity = "1")
  private Model model;

  @Mixin private PromptOptions options;

  @Mixin private KafkaClientOptions clients;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      defaultValue = "30s",
      converter = DurationConverter.class,
      description = "How long to wait for the answer (default: ${DEFAULT-VALUE}).")
  private Duration patience;

  @Option(
      names = "--cell",
      defaultValue = "engine",
      description =
          "With --from, who computes an LSTM: engine, or scratch, the chapter's cell (default:"
              + " engine).")
  private String cell;

  @Option(names = "--json", description = "Print the answer as one JSON object.")
  private boolean json;

  /** Who is asked. */
  private static final class Model {
    @Option(
        names = "--bootstrap",
        paramLabel = "HOST:PORT",
        description = "Ask the job that runs on the Kafka there.")
    private String bootstrap;

    @Option(
        names = "--from",
        paramLabel = "DIR",
        description = "Ask the model in DIR: its files, or an --out directory.")
    private Path directory;
  }

  @Override
  public Integer call() throws Exception {
    Prompt prompt = options.prompt(text);
    Prediction prediction =
        model.bootstrap == null ? fromDisk(prompt) : fromJob(prompt, model.bootstrap);
    if (prediction.error() != null) {
      throw new UserMistake(prediction.error());
    }
    if (json) {
      System.out.println(new String(PredictionJson.toBytes(prediction), StandardCharsets.UTF_8));
    } else {
      show(prediction, System.out);
    }
    return 0;
  }

  private Prediction fromJob(Prompt prompt, String bootstrap) throws Exception {
    try (PromptClient client = PromptClient.connect(clients.address(bootstrap))) {
      return client.ask(null, prompt, patience);
    }
  }

  private Prediction fromDisk(Prompt prompt) {
    try {
      return computed(prompt);
    } catch (NoClassDefFoundError e) {
      throw new UserMistake(
          "this flink-lm has no engine to compute with --from; ask a job with --bootstrap", e);
    }
  }

  private Prediction computed(Prompt prompt) {
    PinnedModel saved = ModelOnDisk.read(model.directory);
    try (LoadedModel loaded =
        LoadedModel.load(
            saved.frame().withCell(Cell.of(cell)),
            saved.weights().step(),
            saved.weights().sha256(),
            saved.weights().safetensors(),
            PyTorch.device(DeviceChoice.CPU))) {
      return loaded.answer(prompt, Memory.NONE).prediction();
    }
  }

  private void show(Prediction prediction, PrintStream out) {
    out.println(Prompts.lines(text, ""));
    out.println("  -> " + Prompts.lines(prediction.text(), "     "));
    out.println();
    out.println("probability  token");
    for (PredictedToken token : prediction.tokens()) {
      out.println(
          String.format(
              Locale.ROOT, "%11.3f  %s", token.probability(), Quotation.legible(token.token())));
    }
    out.println();
    out.println(
        "Weights of step "
            + prediction.step()
            + ", SHA-256 "
            + prediction.weightsSha256().substring(0, SHOWN_OF_SHA256));
  }
}
