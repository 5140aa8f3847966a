package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.UserMistake;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.ModelKind;
import io.flinklm.net.NetConfig;
import io.flinklm.text.TokenizerKind;
import org.junit.jupiter.api.Test;

class FitTest {
  private static final Fit FIT = Fit.of("lmmodel7");

  @Test
  void lmModel7IsFittedAsInTheChapter() {
    assertThat(FIT.epochs()).isEqualTo(15);
    assertThat(FIT.bptt()).isEqualTo(16);
    assertThat(FIT.learningRate()).isEqualTo(1e-2);
    assertThat(FIT.momenta()).isEqualTo(new Schedule.Momenta(0.8, 0.7, 0.8));
    assertThat(FIT.weightDecay()).isEqualTo(0.1);
    assertThat(FIT.dropout()).isEqualTo(0.4);
    assertThat(FIT.regularizer()).isEqualTo(new Regularizer(2, 1));
  }

  @Test
  void textThatIsNotWordsHasAFitOfItsOwnForModelsOfRecurrentLayers() {
    Fit text = Fit.of(ModelKind.LMMODEL7, Fitted.on(TokenizerKind.CHARACTERS));
    assertThat(text.hidden()).isEqualTo(256);
    assertThat(text.laneCount()).isEqualTo(32);
    assertThat(text.bptt()).isEqualTo(64);
    assertThat(text.dropout()).isEqualTo(0.2);
    assertThat(text.learningRate()).isEqualTo(FIT.learningRate());
    assertThat(Fit.of(ModelKind.LMMODEL6, Fitted.ON_TEXT).dropout()).isZero();
    assertThat(Fit.of(ModelKind.LMMODEL3, Fitted.ON_TEXT)).isEqualTo(Fit.of("lmmodel3"));
    assertThat(Fit.of(ModelKind.LMMODEL7, Fitted.on(TokenizerKind.WORDS))).isEqualTo(FIT);
  }

  @Test
  void aSmallTextIsReadMoreOftenThanALargeOne() {
    Fit text = Fit.of(ModelKind.LMMODEL7, Fitted.ON_TEXT);
    assertThat(text.epochs(1_115_394)).isEqualTo(5);
    assertThat(text.epochs(10_000)).isEqualTo(30);
    assertThat(text.epochs(2_000_000_000)).isOne();
    assertThat(FIT.epochs(2_000_000_000)).isEqualTo(15);
  }

  @Test
  void aFitHasAModel() {
    assertThat(LanguageModels.of(new NetConfig(FIT.model(), 30, 8, 2, FIT.dropout()))).isNotNull();
  }

  @Test
  void aModelThatThereIsNotIsAMistakeAndThoseThatThereAreAreNamed() {
    assertThatThrownBy(() -> Fit.of("lmmodel9"))
        .isInstanceOf(UserMistake.class)
        .hasMessage(
            "there is no model 'lmmodel9'; --model is one of "
                + "lmmodel1, lmmodel2, lmmodel3, lmmodel4, lmmodel5, lmmodel6, lmmodel7, gru, awd-lstm");
  }

  @Test
  void aStreamWithoutEndIsLearnedAtASteadyPace() {
    Schedule schedule = FIT.continuous();

    assertThat(schedule.learningRate(1)).isLessThan(schedule.learningRate(100));
    assertThat(schedule.learningRate(1_000)).isEqualTo(schedule.learningRate(1_000_000));
    assertThat(schedule.learningRate(1_000)).isLessThan(FIT.learningRate());
  }
}
