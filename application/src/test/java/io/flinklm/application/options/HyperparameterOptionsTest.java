package io.flinklm.application.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.UserMistake;
import io.flinklm.net.ModelKind;
import io.flinklm.train.Hyperparameters;
import io.flinklm.train.ScheduleKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class HyperparameterOptionsTest {

  private static Hyperparameters chosen(String model, String... options) {
    HyperparameterOptions mixin = new HyperparameterOptions();
    new CommandLine(mixin).parseArgs(options);
    return mixin.chosenFor(ModelKind.of(model));
  }

  @Test
  void whereNoneIsGivenAllAreOfTheFit() {
    for (String model : ModelKind.labels()) {
      assertThat(chosen(model)).isEqualTo(Hyperparameters.OF_FIT);
    }
  }

  @Test
  void allAreRead() {
    String[] options = {
      "--learning-rate=0.5",
      "--schedule=constant",
      "--warm-up=7",
      "--momentum=0.9",
      "--weight-decay=0.25",
      "--clip=0.75",
      "--ar=3",
      "--tar=4",
      "--dropout=0.1"
    };

    assertThat(chosen("lmmodel7", options))
        .isEqualTo(
            new Hyperparameters(
                0.5,
                ScheduleKind.CONSTANT,
                7L,
                0.9,
                0.25,
                0.75,
                3.0,
                4.0,
                0.1,
                null,
                null,
                null,
                null,
                null));
    assertThat(chosen("lmmodel6", "--embedding=12").embedding()).isEqualTo(12);
    Hyperparameters awd =
        chosen(
            "awd-lstm",
            "--dropout-embedding=0.1",
            "--dropout-input=0.2",
            "--dropout-weight=0.3",
            "--dropout-hidden=0.4");
    assertThat(awd.dropoutEmbedding()).isEqualTo(0.1);
    assertThat(awd.dropoutInput()).isEqualTo(0.2);
    assertThat(awd.dropoutWeight()).isEqualTo(0.3);
    assertThat(awd.dropoutHidden()).isEqualTo(0.4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lmmodel7 | --learning-rate=0 | --learning-rate must be more than 0 and at most 1, not 0",
        "lmmodel7 | --learning-rate=NaN | --learning-rate must be more than 0 and at most 1, not NaN",
        "lmmodel7 | --learning-rate=1.5 | --learning-rate must be more than 0 and at most 1, not 1.5",
        "lmmodel7 | --schedule=triangle | --schedule is one of one-cycle, constant, cosine, not 'triangle'",
        "lmmodel7 | --warm-up=-1 | --warm-up must be 0 or more, not -1",
        "lmmodel7 | --momentum=1 | --momentum must be 0 or more and less than 1, not 1",
        "lmmodel7 | --weight-decay=-0.1 | --weight-decay must be 0 to 1, not -0.1",
        "lmmodel7 | --weight-decay=2 | --weight-decay must be 0 to 1, not 2",
        "lmmodel7 | --clip=-1 | --clip must be 0 to 1000000, not -1",
        "lmmodel7 | --ar=NaN | --ar must be 0 to 1000000, not NaN",
        "lmmodel7 | --tar=Infinity | --tar must be 0 to 1000000, not Infinity",
        "lmmodel7 | --dropout=1 | --dropout must be 0 or more and less than 1, not 1",
        "awd-lstm | --dropout-weight=-0.5 | --dropout-weight must be 0 or more and less than 1, not -0.5",
        "lmmodel6 | --embedding=0 | --embedding must be 1 or more, not 0",
        "lmmodel6 | --embedding=2000000 | --embedding must be 1000000 or less, not 2000000",
        "lmmodel7 | --embedding=64 | --embedding has no use in lmmodel7; it is an option of lmmodel5 and lmmodel6",
        "gru | --embedding=0 | --embedding has no use in gru; it is an option of lmmodel5 and lmmodel6",
        "lmmodel7 | --dropout-input=0.1 | --dropout-input has no use in lmmodel7; it is an option of awd-lstm",
        "lmmodel4 | --ar=1 | --ar has no use in lmmodel4; it is an option of lmmodel5, lmmodel6, lmmodel7, gru and awd-lstm",
        "lmmodel1 | --tar=1 | --tar has no use in lmmodel1; it is an option of lmmodel5, lmmodel6, lmmodel7, gru and awd-lstm",
        "lmmodel3 | --dropout=0 | --dropout has no use in lmmodel3; it is an option of lmmodel5, lmmodel6, lmmodel7, gru and awd-lstm",
      })
  void whatIsOutOfItsRangeOrOfNoUseIsOneLine(String model, String option, String said) {
    assertThatThrownBy(() -> chosen(model, option))
        .isInstanceOf(UserMistake.class)
        .hasMessage(said);
  }
}
