package io.flinklm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuotationTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "zebra", "mät 🐈", "it's"})
  void whatIsShortAndLegibleIsQuotedAsItIs(String text) {
    assertThat(Quotation.of(text)).isEqualTo("'" + text + "'");
  }

  @Test
  void whatIsLongIsQuotedInPartAndNoCharacterIsCut() {
    assertThat(Quotation.of("🐈".repeat(60))).isEqualTo("'" + "🐈".repeat(60) + "'");
    assertThat(Quotation.of("🐈".repeat(61))).isEqualTo("'" + "🐈".repeat(60) + "…'");
    assertThat(Quotation.beginning("abc", 2)).isEqualTo("ab…");
  }

  @Test
  void controlCharactersAreWrittenOut() {
    assertThat(Quotation.of("\u001b[2J\0\n\r\t\u0085\u2028\u202e"))
        .isEqualTo("'\\u001b[2J\\u0000\\n\\r\\t\\u0085\\u2028\\u202e'");
  }
}
