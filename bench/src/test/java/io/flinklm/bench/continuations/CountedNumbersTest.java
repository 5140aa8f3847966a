package io.flinklm.bench.continuations;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.lane.Lanes;
import io.flinklm.text.Corpus;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers that a model is asked for, and what is said to be wrong with its answers. */
class CountedNumbersTest {
  private static final Lanes LANES = Lanes.of(Corpus.humanNumbers().size(), 64, 16);

  @Test
  void areTakenEvenlyFromBehindAllThatIsTrainedOn() {
    List<CountedNumbers> all =
        CountedNumbers.ofValidation(CountedNumbers.places(5, LANES), 5, LANES);
    assertThat(all).hasSize(1910).doesNotHaveDuplicates();
    assertThat(all.get(0).prompt())
        .isEqualTo(
            "eight thousand eighty four . eight thousand eighty five . eight thousand eighty six"
                + " . eight thousand eighty seven . eight thousand eighty eight .");
    assertThat(all.get(0).next()).isEqualTo("eight thousand eighty nine");
    assertThat(all.get(1909).next()).isEqualTo("nine thousand nine hundred ninety eight");
    List<CountedNumbers> some = CountedNumbers.ofValidation(10, 5, LANES);
    assertThat(some).hasSize(10);
    for (int i = 0; i < 10; i++) {
      assertThat(some.get(i)).isEqualTo(all.get(i * 191));
    }
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "eight thousand one hundred . eight, eight thousand one hundred",
        "eight thousand ., eight thousand",
        "eight thousand, eight thousand",
        ". eight thousand, ''",
        "., ''",
      })
  void aNumberEndsAtTheSeparator(String continuation, String number) {
    assertThat(CountedNumbers.number(continuation)).isEqualTo(number);
  }

  @ParameterizedTest
  @CsvSource({
    "nine thousand two hundred twelve, thousands",
    "eight thousand nine hundred twelve, hundreds",
    "two thousand eight hundred twelve, 'thousands, hundreds'",
    "eight thousand two hundred thirteen, ones",
    "eight thousand two hundred twenty two, tens",
    "two hundred twelve, thousands",
    "eight thousand two hundred, stops too early",
    "'', stops too early",
    "eight thousand two hundred twelve twelve, does not stop",
    "eight eight, no number",
    "twelve thousand, no number",
  })
  void saysWhatIsWrong(String found, String mistake) {
    CountedNumbers counted =
        new CountedNumbers(
            List.of("eight thousand two hundred eleven"), "eight thousand two hundred twelve");
    ContinuedNumbers continued = new ContinuedNumbers(counted, found);
    assertThat(continued.isRight()).isFalse();
    assertThat(continued.mistake()).isEqualTo(mistake);
    assertThat(continued.thousand()).isEqualTo("8000 to 8999");
  }
}
