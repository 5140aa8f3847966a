package io.flinklm.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.UserMistake;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CorpusOptionsTest {

  private static CorpusOptions given(String... options) {
    CorpusOptions mixin = new CorpusOptions();
    new CommandLine(mixin).parseArgs(options);
    return mixin;
  }

  @Test
  void aFifthIsEvaluatedUnlessAnotherShareIsGiven() {
    assertThat(given().validShare()).isEqualTo(0.2);
    assertThat(given("--valid-share=0").validShare()).isZero();
  }

  @Test
  void aRunGoesOnWithItsTextCutAsItWas() {
    assertThatCode(() -> given().requireNoValidShareBut(0.1)).doesNotThrowAnyException();
    assertThatCode(() -> given("--valid-share=0.1").requireNoValidShareBut(0.1))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> given("--valid-share=0").requireNoValidShareBut(0.1))
        .isInstanceOf(UserMistake.class)
        .hasMessage(
            "the run was started with --valid-share 0.1 and goes on with that; leave out"
                + " --valid-share 0.0");
  }
}
