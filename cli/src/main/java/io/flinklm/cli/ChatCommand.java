package io.flinklm.cli;

import static java.util.stream.Collectors.joining;

import io.flinklm.Quotation;
import io.flinklm.application.options.DurationConverter;
import io.flinklm.application.options.KafkaOptions;
import io.flinklm.cli.option.PromptOptions;
import io.flinklm.cli.screen.Terminal;
import io.flinklm.predict.Prediction;
import io.flinklm.predict.Prompt;
import io.flinklm.topics.client.PromptClient;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flink-lm chat}. */
@Command(
    name = "chat",
    description =
        "Talk to a model that is being trained: each line of standard input goes on where the"
            + " answer before it ended.",
    sortOptions = false)
final class ChatCommand implements Callable<Integer> {
  @Mixin private KafkaOptions where;

  @Mixin private PromptOptions options;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      defaultValue = "30s",
      converter = DurationConverter.class,
      description = "How long to wait for each answer (default: ${DEFAULT-VALUE}).")
  private Duration patience;

  @Override
  public Integer call() throws Exception {
    PrintStream screen = System.out;
    String mark = Terminal.shows(Terminal.OUT) ? "> " : "";
    String session = UUID.randomUUID().toString();
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (PromptClient client = PromptClient.connect(where.address())) {
      screen.print(mark);
      screen.flush();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          Prompt prompt = options.prompt(line);
          Prediction prediction = client.ask(session, prompt, patience);
          // A slip of the pen does not end the talk.
          String answer =
              prediction.error() == null ? prediction.text() : "(" + prediction.error() + ")";
          screen.println(answer.lines().map(Quotation::legible).collect(joining("\n")));
        }
        screen.print(mark);
        screen.flush();
      }
    }
    return 0;
  }
}
