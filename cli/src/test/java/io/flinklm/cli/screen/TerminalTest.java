package io.flinklm.cli.screen;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTest {
  @ParameterizedTest
  @CsvSource({"24 132, 132", "50 7, 7", "0 0, 80", "'', 80", "24, 80", "24 x, 80"})
  void columnsAreTheSecondNumber(String size, int columns) {
    assertThat(Terminal.columns(size)).isEqualTo(columns);
  }
}
