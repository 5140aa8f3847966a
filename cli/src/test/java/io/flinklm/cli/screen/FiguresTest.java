package io.flinklm.cli.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {
  private final Locale before = Locale.getDefault();

  @BeforeEach
  void useALocaleThatWritesNumbersDifferently() {
    Locale.setDefault(Locale.GERMANY);
  }

  @AfterEach
  void restoreLocale() {
    Locale.setDefault(before);
  }

  @Test
  void decimalsHaveAPointAndAFixedLength() {
    assertThat(Figures.decimal(1234.56789)).isEqualTo("1234.5679");
    assertThat(Figures.shortDecimal(0.5)).isEqualTo("0.500");
    assertThat(Figures.decimal(Double.NaN)).isEqualTo("-");
    assertThat(Figures.shortDecimal(Double.NaN)).isEqualTo("-");
  }

  @Test
  void countsHaveGroups() {
    assertThat(Figures.count(1_234_567)).isEqualTo("1,234,567");
    assertThat(Figures.rate(94_160.6)).isEqualTo("94,161");
    assertThat(Figures.rate(Double.NaN)).isEqualTo("-");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "870.4, 870",
    "999.6, 1.0k",
    "9449, 9.4k",
    "9951, 10k",
    "94161, 94k",
    "999499, 999k",
    "999500, 1.0M",
    "12345678, 12M",
    "NaN, -",
    "Infinity, -",
  })
  void aShortRateKeepsTwoDigits(double rate, String shown) {
    assertThat(Figures.shortRate(rate)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0 s, 0:00",
    "0.74, 0.7 s, 0:01",
    "59.94, 59.9 s, 1:00",
    "59.96, 1:00, 1:00",
    "61.4, 1:01, 1:01",
    "3599.6, 1:00:00, 1:00:00",
    "3723, 1:02:03, 1:02:03",
    "360000, 100:00:00, 100:00:00",
    "-1, -, -",
    "NaN, -, -",
    "Infinity, -, -",
  })
  void timeIsShownAsOnAClock(double seconds, String duration, String clock) {
    assertThat(Figures.duration(seconds)).isEqualTo(duration);
    assertThat(Figures.clock(seconds)).isEqualTo(clock);
  }

  @Test
  void medianIsTheMiddleOrTheMeanOfTwo() {
    assertThat(Figures.median(List.of(3.0, 1.0, 2.0))).isEqualTo(2);
    assertThat(Figures.median(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(2.5);
  }
}
