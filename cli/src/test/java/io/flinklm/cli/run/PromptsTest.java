package io.flinklm.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class PromptsTest {
  @Test
  void aTextIsBrokenBetweenTokens() {
    String text = String.join(" ", Collections.nCopies(40, "thousand"));
    String[] lines = Prompts.lines(text, "   ").split(System.lineSeparator());
    assertThat(lines).hasSize(6).allSatisfy(line -> assertThat(line).hasSizeLessThan(74));
    assertThat(Arrays.stream(lines).skip(1)).allMatch(line -> line.startsWith("   thousand"));
    assertThat(String.join(" ", lines).replaceAll(" +", " ")).isEqualTo(text);
  }

  @Test
  void aTokenLongerThanALineIsNotBroken() {
    String token = "x".repeat(200);
    assertThat(Prompts.lines("one " + token + " two", ""))
        .isEqualTo(String.join(System.lineSeparator(), "one", token, "two"));
    assertThat(Prompts.lines("one two .", "")).isEqualTo("one two .");
    assertThat(Prompts.lines("", "")).isEmpty();
  }

  @Test
  void controlCharactersAreWrittenOut() {
    assertThat(Prompts.lines("one \0two \u001b[31mthree", ""))
        .isEqualTo("one \\u0000two \\u001b[31mthree");
  }

  @Test
  void theLinesOfATextStayItsLines() {
    assertThat(Prompts.lines("\nROMEO:\n\n  I will\tnot.\n", "   "))
        .isEqualTo(
            String.join(System.lineSeparator(), "", "   ROMEO:", "   ", "     I will\\tnot."));
  }
}
