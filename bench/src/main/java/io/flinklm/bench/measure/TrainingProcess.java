package io.flinklm.bench.measure;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinklm.application.settings.ModelSettings;
import io.flinklm.cli.run.RepeatedText;
import io.flinklm.cli.screen.Interruption;
import io.flinklm.engine.PyTorch;
import io.flinklm.json.Json;
import io.flinklm.train.Fit;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A training step in a process of its own. It is told on its standard input for how many seconds to
 * train, and answers on its standard output with the tokens that it trained on and the seconds.
 */
public final class TrainingProcess implements AutoCloseable {
  private static final int WINDOWS = 256;
  private static final String READY = "ready";

  private final Process process;
  private final PrintStream to;
  private final BufferedReader from;

  private TrainingProcess(Process process) {
    this.process = process;
    this.to = new PrintStream(process.getOutputStream(), true, UTF_8);
    this.from = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  /** Starts one, with Java's options of this process, and waits until it can train a model. */
  static TrainingProcess start(ModelSettings model) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    line.add("-cp");
    line.add(System.getProperty("java.class.path"));
    line.add(TrainingProcess.class.getName());
    line.addAll(
        List.of(model.name(), String.valueOf(model.hidden()), String.valueOf(model.laneCount())));
    Process process =
        new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    // Nothing stays behind when this process is stopped by a person.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    TrainingProcess started = new TrainingProcess(process);
    if (!READY.equals(started.from.readLine())) {
      started.close();
      throw new IOException("a process that was to train ended at its start");
    }
    return started;
  }

  /** Tells it to train for so many seconds, and does not wait. */
  void begin(double seconds) {
    to.println(seconds);
  }

  /** Waits for its answer. */
  Timing end() throws IOException {
    String line = from.readLine();
    if (line == null) {
      throw new IOException("a process that trained has ended");
    }
    return Json.STRICT.readValue(line, Timing.class);
  }

  @Override
  public void close() {
    process.destroy();
  }

  /** The program of the process; its arguments are a model's name, its width and its lanes. */
  public static void main(String[] arguments) throws IOException {
    ModelSettings model =
        ModelSettings.ofChapter(Fit.of(arguments[0]), 0)
            .withHidden(Integer.parseInt(arguments[1]))
            .withLanes(Integer.parseInt(arguments[2]));
    PrintStream answers = System.out;
    // Ctrl-C reaches this process too; the one that asks ends it, behind the turn.
    Interruption.listen();
    try (BareStep step = step(model);
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      answers.println(READY);
      questions
          .lines()
          .map(seconds -> step.run(Double.parseDouble(seconds)))
          .forEach(timing -> answers.println(Json.line(timing)));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** The bare step of a model, on the human numbers. */
  public static BareStep step(ModelSettings model) {
    RepeatedText text = RepeatedText.ofNumbers(model, WINDOWS);
    return new BareStep(
        model.trainingConfig(text.tokenizer().size(), 0),
        PyTorch.device(model.device()),
        model.engineThreads(),
        new PreparedBatches(text.ids(), text.lanes()));
  }
}
