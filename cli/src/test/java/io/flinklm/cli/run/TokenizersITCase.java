package io.flinklm.cli.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import io.flinklm.cli.fixture.RunFiles;
import io.flinklm.local.kafka.TestedKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text of many letters by each tokenizer: the stream gives the bits of the plain loop. */
class TokenizersITCase {
  private static final String[] SMALL = {"--hidden=16", "--lanes=4", "--bptt=16", "--json"};
  private static final Path BOOK = Path.of("../texts/rust-book.txt").toAbsolutePath();
  private static final List<String> WORDS =
      List.of("zwölf", "日本語", "a", "😀", "naïve", "the", "\n", "  ", ".", "end\r\n", "ß");

  @TempDir private Path directory;
  private Path corpus;

  @BeforeEach
  void writeCorpus() throws Exception {
    Random random = new Random(19);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8_000; i++) {
      // The first ones are frequent, the last ones rare.
      text.append(WORDS.get(Math.min(random.nextInt(11), random.nextInt(11)))).append(' ');
    }
    corpus = Files.writeString(directory.resolve("text.txt"), text);
  }

  private String[] command(String name, String tokenizer, String... more) {
    Stream<String> asked = Stream.of(("--tokenizer " + tokenizer).split(" "));
    return Stream.of(Stream.of(name), asked, Stream.of(more))
        .flatMap(arguments -> arguments)
        .toArray(String[]::new);
  }

  private String[] trained(String name, String tokenizer, String... more) {
    String[] all = Stream.concat(Stream.of(SMALL), Stream.of(more)).toArray(String[]::new);
    return command(name, tokenizer, all);
  }

  private String of() {
    return "--corpus=" + corpus;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "words --vocabulary-size 4",
        "characters",
        "characters --vocabulary-size 3",
        "bytes"
      })
  void theStreamGivesTheBitsOfThePlainLoop(String tokenizer) throws Exception {
    Ended loop =
        Command.here(
            directory, trained("run", tokenizer, of(), "--epochs=1", "--plain-loop", "--out=loop"));
    Ended run = Command.here(directory, trained("run", tokenizer, of(), "--epochs=1", "--port=0"));

    assertThat(run.results()).isEqualTo(loop.results());
    assertThat(run.json().get("tokens_refused").asLong()).isZero();
    RunFiles files = new RunFiles(directory.resolve("out"));
    assertThat(files.reports()).isEqualTo(new RunFiles(directory.resolve("loop")).reports());
    requireThatItAnswers();
    requireThatATopicGivesTheSame(tokenizer, run);
  }

  private void requireThatItAnswers() throws Exception {
    Ended answer =
        Command.here(
            "predict",
            "--from=" + directory.resolve("out"),
            "--json",
            "--tokens=3",
            "zwölf 日本語 the");
    assertThat(answer.code()).as(answer.err()).isZero();
    assertThat(answer.json().get("tokens")).hasSize(3);
  }

  /** What one producer writes and another job reads by the same tokenizer. */
  private void requireThatATopicGivesTheSame(String tokenizer, Ended run) throws Exception {
    try (TestedKafka kafka = TestedKafka.start(directory.resolve("kafka"))) {
      String where = "--bootstrap=" + kafka.address();
      String[] produce =
          command("produce", tokenizer, of(), where, "--lanes=4", "--bptt=16", "--epochs=1");
      assertThat(Command.here(produce).err()).isEmpty();
      assertThat(Command.here(produce).out()).contains("0 tokens published");
      Ended train =
          Command.here(
              directory,
              trained("train", tokenizer, where, "--bounded", "--port=0", "--out=trained"));
      assertThat(train.results().get("tokens_trained"))
          .isEqualTo(run.results().get("tokens_trained"));
      assertThat(train.results().get("tokens_refused").asLong()).isZero();
      if (!tokenizer.contains("--vocabulary-size")) {
        // A topic shows its lanes one after the other, so rare tokens may be met in another order.
        assertThat(train.results().get("steps")).isEqualTo(run.results().get("steps"));
      }
    }
  }

  @Test
  void aRunOfRealTextAndAChosenLearningThatWasKilledEndsWithTheSameBits() throws Exception {
    String[] chosen = {
      "--corpus=" + BOOK,
      "--epochs=2",
      "--model=lmmodel6",
      "--layers=1",
      "--embedding=24",
      "--learning-rate=0.004",
      "--momentum=0.85",
      "--clip=0.3",
      "--schedule=cosine",
      "--warm-up=100",
      "--tokenizer=characters",
      "--vocabulary-size=60"
    };
    Ended loop = Command.here(directory, all("--plain-loop", "--out=loop", chosen));
    RunFiles files = new RunFiles(directory.resolve("out"));
    Optional<Path> none = Optional.empty();
    try (Command command =
        Command.start(directory, all("--port=0", "--checkpoint-interval=1", chosen))) {
      command.awaitThat(() -> !files.newestCheckpoint().equals(none), "checkpoint");
    }

    Ended resumed = Command.here(directory, "run", "--resume", "--json", "--port=0");

    assertThat(resumed.results()).isEqualTo(loop.results());
    assertThat(new RunFiles(directory.resolve("loop")).reports())
        .containsAllEntriesOf(files.reports());
  }

  private static String[] all(String first, String second, String... chosen) {
    Stream<String> small = Stream.of("run", "--lanes=16", "--hidden=16", "--json");
    return Stream.of(small, Stream.of(first, second), Stream.of(chosen))
        .flatMap(arguments -> arguments)
        .toArray(String[]::new);
  }

  @Test
  void aTextWhoseWordsDoNotEndIsReadByCharacters() throws Exception {
    String[] loop = {
      "run", "--plain-loop", "--corpus=" + BOOK, "--hidden=8", "--layers=1", "--epochs=1", "--json"
    };
    Ended unsaid = Command.here(directory, loop);
    assertThat(unsaid.out()).contains("New words do not end in this text");
    Stream<String> chosen =
        Stream.of("--tokenizer=characters", "--lanes=32", "--bptt=64", "--dropout=0.2");

    Ended said =
        Command.here(
            directory,
            Stream.of(Stream.of(loop), chosen, Stream.of("--out=said"))
                .flatMap(arguments -> arguments)
                .toArray(String[]::new));

    assertThat(unsaid.results()).isEqualTo(said.results());
  }

  @Test
  void bytesTakeWhatIsNoText() throws Exception {
    byte[] text = Files.readString(corpus).getBytes(UTF_8);
    byte[] binary = Arrays.copyOf(text, text.length);
    binary[100] = 0;
    binary[101] = (byte) 0xff;
    Files.write(corpus, binary);

    Ended bytes = Command.here(directory, trained("run", "bytes", of(), "--epochs=1", "--port=0"));
    Ended characters = Command.here(directory, trained("run", "characters", of(), "--epochs=1"));

    assertThat(bytes.json().get("tokens_refused").asLong()).isZero();
    assertThat(characters.mistake()).contains("NUL at byte 100");
  }

  @Test
  void whatMakesNoSenseIsAMistake() {
    assertThat(Command.here(directory, "run", "--tokenizer=letters").mistake())
        .isEqualTo(
            "there is no tokenizer 'letters'; expected words, characters, bytes, numbers, or the file of a"
                + " tokenizer.json");
    assertThat(Command.here(directory, "run", "--vocabulary-size=0").mistake())
        .isEqualTo("--vocabulary-size must be at least 1, found 0");
    assertThat(Command.here(directory, "run", "--tokenizer=bytes", "--vocabulary-size=9").mistake())
        .isEqualTo("--tokenizer bytes has 256 ids, whatever the text: leave out --vocabulary-size");
  }
}
