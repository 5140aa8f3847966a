package io.flinklm.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetConfigTest {

  @ParameterizedTest
  @CsvSource({"0,8,2,0.4", "30,0,2,0.4", "30,8,0,0.4", "30,8,2,-0.1", "30,8,2,1", "30,8,2,NaN"})
  void whatMakesNoNetIsRefused(int vocabulary, int hidden, int layers, double dropout) {
    assertThatThrownBy(() -> new NetConfig("lmmodel7", vocabulary, hidden, layers, dropout))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found " + vocabulary + ", " + hidden + ", " + layers);
  }

  @Test
  void onlyWhereItIsNotTiedAnEmbeddingHasAWidthOfItsOwn() {
    AwdDropout none = AwdDropout.usual("lmmodel6", 0);

    assertThat(new NetConfig("lmmodel6", 30, 8, 2, 0, 12, none).embedding()).isEqualTo(12);
    assertThatThrownBy(() -> new NetConfig("lmmodel7", 30, 8, 2, 0, 12, none))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the embedding of lmmodel7 is as wide as its hidden state: expected 8, found 12");
    assertThatThrownBy(() -> new NetConfig("lmmodel6", 30, 8, 2, 0, 0, none))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("an embedding of 1 or more");
  }

  @Test
  void aModelIsMadeByItsName() {
    assertThat(LanguageModels.of(new NetConfig("lmmodel7", 30, 8, 2, 0.4)).stateParts())
        .isEqualTo(2);
  }

  @Test
  void aModelThatThereIsNotIsRefused() {
    assertThatThrownBy(() -> LanguageModels.of(new NetConfig("lmmodel9", 30, 8, 2, 0.4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no model lmmodel9");
  }
}
