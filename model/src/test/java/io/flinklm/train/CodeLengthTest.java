package io.flinklm.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import io.flinklm.lane.Lanes;
import io.flinklm.lane.Split;
import io.flinklm.net.Cell;
import io.flinklm.net.NetConfig;
import io.flinklm.text.Corpus;
import io.flinklm.text.TokenizerChoice;
import io.flinklm.text.TokenizerKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The code length of a run is that of a code: an arithmetic coder writes a real text in as many
 * bytes, and whoever has nothing but the code and the run's configuration reads the text out of it.
 */
class CodeLengthTest {
  private static final Path BOOK = Path.of("../texts/rust-book.txt");
  private static final int CHARACTERS = 6_000;

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(
      value = TokenizerKind.class,
      names = {"WORDS", "CHARACTERS", "BYTES"})
  void theTextIsReadOutOfSoManyBytes(TokenizerKind kind) throws Exception {
    // White space as words have it.
    String text = Files.readString(BOOK).substring(0, CHARACTERS).replaceAll("\\s+", " ");
    Path file = Files.writeString(folder.resolve("text"), text);
    Corpus corpus = Corpus.read(file, TokenizerChoice.of(kind), notice -> {});
    int[] ids = corpus.ids(corpus.tokenizer());
    Lanes lanes = Lanes.of(ids.length, 2, 16);
    Fit fit = Fit.of("lmmodel7");
    NetConfig net = new NetConfig("lmmodel7", corpus.tokenizer().size(), 24, 2, 0.1);
    TrainingConfig config =
        TrainingConfig.of(fit, net, 2, 16, 0, fit.oneCycle(lanes.steps(1)), Cell.ENGINE);

    ArithmeticCode.Encoder encoder = new ArithmeticCode.Encoder();
    int[] coded;
    try (Trainer trainer = Trainer.drawn(training(config, new ArrayList<>()))) {
      coded =
          new TokenByToken(config, lanes)
              .train(
                  trainer,
                  (place, batch, expected) -> {
                    encoder.write(ids[place], expected);
                    return ids[place];
                  },
                  ids.length);
    }
    byte[] code = encoder.finish();
    ArithmeticCode.Decoder decoder = new ArithmeticCode.Decoder(code);
    int[] decoded;
    try (Trainer trainer = Trainer.drawn(training(config, new ArrayList<>()))) {
      decoded =
          new TokenByToken(config, lanes)
              .train(trainer, (place, batch, expected) -> decoder.read(expected), ids.length);
    }

    double said = said(config, lanes, ids);
    assertThat((double) code.length).isCloseTo(said, within(2.0));
    assertThat(decoded).isEqualTo(coded);
    int end = lanes.start(Split.TRAIN, 1) + lanes.length(Split.TRAIN);
    assertThat(text.getBytes(UTF_8))
        .startsWith(corpus.tokenizer().bytes(Arrays.copyOf(decoded, end)));
  }

  /** What a run says of the same text. */
  private static double said(TrainingConfig config, Lanes lanes, int[] ids) {
    List<Report> reports = new ArrayList<>();
    try (Trainer trainer = Trainer.drawn(training(config, reports).testingAll(true))) {
      new PlainLoop(ids, lanes).run(trainer, 1);
    }
    return reports.get(reports.size() - 1).bytes().codeLength().bytes();
  }

  private static Training training(TrainingConfig config, List<Report> reports) {
    return Training.of(config, "fingerprint", Device.cpu(), reports::add);
  }
}
