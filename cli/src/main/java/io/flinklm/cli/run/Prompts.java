package io.flinklm.cli.run;

import ai.djl.ndarray.NDManager;
import io.flinklm.Quotation;
import io.flinklm.engine.DeviceChoice;
import io.flinklm.engine.PyTorch;
import io.flinklm.lane.Lanes;
import io.flinklm.lane.Split;
import io.flinklm.net.Cell;
import io.flinklm.predict.Continuation;
import io.flinklm.predict.Memory;
import io.flinklm.predict.Predictor;
import io.flinklm.predict.Sampler;
import io.flinklm.saved.SavedModel;
import io.flinklm.text.Corpus;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.TokenizerKind;
import io.flinklm.text.UnknownTokenException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Texts that a trained model continues at the end of a run, to show what it has learned. */
public final class Prompts {
  private static final int PROMPTS = 3;
  private static final int TOKENS = 64;
  private static final int ADDED = 20;
  private static final int ADDED_OF_CHARACTERS = 150;
  private static final double TEMPERATURE_OF_CHARACTERS = 0.7;
  private static final Pattern LINE = Pattern.compile("(\\S{70,}|.{1,70})(?: |$)");

  private Prompts() {}

  /** Beginnings of lanes that the training has not seen; of the train split if there are none. */
  public static List<String> of(Corpus corpus, Lanes lanes) {
    Split split = lanes.windows(Split.VALID) > 0 ? Split.VALID : Split.TRAIN;
    return IntStream.range(0, PROMPTS)
        .map(i -> i * lanes.count() / PROMPTS)
        .mapToObj(
            lane -> {
              int from = lanes.start(split, lane);
              int length = Math.min(TOKENS, lanes.length(split, lane));
              int[] ids = IntStream.range(from, from + length).map(corpus::id).toArray();
              return corpus.tokenizer().beginning(corpus.tokenizer().bytes(ids));
            })
        .distinct()
        .toList();
  }

  /**
   * Prints each prompt with what the model in a directory adds: the most likely tokens; of
   * characters and bytes, of which the most likely ones soon go round in a circle, ones that are
   * drawn.
   */
  static void show(List<String> prompts, Path model, Cell cell, PrintStream out) {
    try (NDManager manager = PyTorch.newManager(PyTorch.device(DeviceChoice.CPU))) {
      SavedModel saved = SavedModel.read(model, manager);
      Tokenizer tokenizer = saved.tokenizer();
      boolean small = isSmall(tokenizer.kind());
      Sampler sampler = new Sampler(small ? TEMPERATURE_OF_CHARACTERS : 0, 0);
      int added = small ? ADDED_OF_CHARACTERS : ADDED;
      Predictor predictor =
          new Predictor(
              saved.config().net(), cell, saved.config().bptt(), saved.parameters(), manager);
      for (String prompt : prompts) {
        out.println("  " + lines(prompt, "  "));
        try {
          int[] ids = tokenizer.ids(prompt);
          Continuation continuation = predictor.continuation(Memory.NONE, ids, added, sampler, 0);
          out.println("    -> " + lines(tokenizer.text(continuation.tokens()), "       "));
        } catch (UnknownTokenException e) {
          out.println("    -> not continued: " + Quotation.legible(e.getMessage()));
        }
      }
    }
  }

  private static boolean isSmall(TokenizerKind kind) {
    return kind == TokenizerKind.CHARACTERS || kind == TokenizerKind.BYTES;
  }

  // Broken between tokens: a terminal would break in the middle of one.
  /**
   * A text in its own lines, broken where a terminal does not hold them, all but the first
   * indented.
   */
  public static String lines(String text, String indent) {
    return text.lines()
        .flatMap(Prompts::broken)
        .collect(Collectors.joining(System.lineSeparator() + indent));
  }

  private static Stream<String> broken(String line) {
    String legible = Quotation.legible(line);
    return legible.isEmpty()
        ? Stream.of("")
        : LINE.matcher(legible).results().map(part -> part.group(1));
  }
}
