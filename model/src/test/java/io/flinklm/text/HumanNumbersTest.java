package io.flinklm.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HumanNumbersTest {
  private static final List<String> BY_FIRST_APPEARANCE =
      List.of(
          "one",
          ".",
          "two",
          "three",
          "four",
          "five",
          "six",
          "seven",
          "eight",
          "nine",
          "ten",
          "eleven",
          "twelve",
          "thirteen",
          "fourteen",
          "fifteen",
          "sixteen",
          "seventeen",
          "eighteen",
          "nineteen",
          "twenty",
          "thirty",
          "forty",
          "fifty",
          "sixty",
          "seventy",
          "eighty",
          "ninety",
          "hundred",
          "thousand");

  @Test
  void theLinesAreTheNumbersInWords() {
    List<String> lines = HumanNumbers.lines();
    assertThat(lines).hasSize(9_998).doesNotHaveDuplicates().doesNotContain("eight thousand");
    assertThat(lines.subList(0, 3)).containsExactly("one", "two", "three");
    assertThat(lines.get(19)).isEqualTo("twenty");
    assertThat(lines.get(20)).isEqualTo("twenty one");
    assertThat(lines.get(99)).isEqualTo("one hundred");
    assertThat(lines.get(109)).isEqualTo("one hundred ten");
    assertThat(lines.get(2_344)).isEqualTo("two thousand three hundred forty five");
    assertThat(lines.get(7_998)).isEqualTo("seven thousand nine hundred ninety nine");
    assertThat(lines.get(7_999)).isEqualTo("eight thousand one");
    assertThat(lines.get(9_997)).isEqualTo("nine thousand nine hundred ninety nine");
  }

  @Test
  void aLineSaysItsNumber() {
    assertThat(HumanNumbers.number("one")).hasValue(1);
    assertThat(HumanNumbers.number("eight thousand")).hasValue(8000);
    assertThat(HumanNumbers.number("nine thousand nine hundred ninety nine")).hasValue(9999);
    assertThat(HumanNumbers.number("twelve thousand")).isEmpty();
    assertThat(HumanNumbers.number("")).isEmpty();
  }

  @Test
  void theCorpusHasTheTokensOfTheChapter() {
    Corpus corpus = Corpus.humanNumbers();
    assertThat(corpus.size()).isEqualTo(63_095);
    assertThat(corpus.text(0, 5)).isEqualTo("one . two . three");
    Tokenizer tokenizer = corpus.tokenizer();
    assertThat(IntStream.range(0, tokenizer.size()).mapToObj(tokenizer::token))
        .isEqualTo(BY_FIRST_APPEARANCE);
  }

  /** The chapter's baseline: the most common target among the last 4,207 windows of 3 tokens. */
  @Test
  void thousandFollows638OfTheValidWindows() {
    int[] ids = Corpus.humanNumbers().ids(Corpus.humanNumbers().tokenizer());
    int windows = (ids.length - 1) / 3;
    int train = (int) (windows * 0.8);
    long thousand =
        IntStream.range(train, windows).filter(window -> ids[window * 3 + 3] == 29).count();
    assertThat(windows - train).isEqualTo(4_207);
    assertThat(thousand).isEqualTo(638);
  }
}
