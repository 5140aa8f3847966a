package io.flinklm.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClosedVocabularyTest {
  @TempDir private Path directory;

  @Test
  void isThatOfTheHumanNumbers() {
    assertThat(ClosedVocabulary.isOf(HumanNumbers.text().getBytes(UTF_8))).isTrue();
  }

  @Test
  void isThatOfAShortTextOfFewWords() {
    assertThat(ClosedVocabulary.isOf("one two three".getBytes(UTF_8))).isTrue();
  }

  @Test
  void isNotThatOfALogWhereEachLineHasWordsOfItsOwn() {
    String log =
        IntStream.range(0, 200)
            .mapToObj(
                line -> "12:00:%02d.%03d login of user%d failed".formatted(line % 60, line, line))
            .collect(Collectors.joining("\n"));

    assertThat(ClosedVocabulary.isOf(log.getBytes(UTF_8))).isFalse();
  }

  @Test
  void isNotThatOfChineseWhichHasNoSpaces() {
    assertThat(ClosedVocabulary.isOf("道可道非常道名可名非常名无名天地之始".getBytes(UTF_8))).isFalse();
  }

  @Test
  void isLookedForInAllFilesUpToAMegabyte() throws Exception {
    Path first = Files.writeString(directory.resolve("a"), "one two ".repeat(1000));
    Path second =
        Files.writeString(
            directory.resolve("b"),
            IntStream.range(0, 3000).mapToObj(n -> "w" + n).collect(Collectors.joining(" ")));
    Path missing = directory.resolve("c");

    assertThat(ClosedVocabulary.isOf(List.of(first, missing))).isTrue();
    assertThat(ClosedVocabulary.isOf(List.of(first, second))).isFalse();
    Path long1 = Files.writeString(directory.resolve("d"), "one two ".repeat(1 << 17));
    assertThat(ClosedVocabulary.isOf(List.of(long1, second))).isTrue();
  }
}
