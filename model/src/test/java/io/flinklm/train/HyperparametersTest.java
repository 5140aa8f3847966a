package io.flinklm.train;

import static io.flinklm.train.Hyperparameters.OF_FIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinklm.UserMistake;
import io.flinklm.json.Json;
import io.flinklm.net.AwdDropout;
import io.flinklm.net.Cell;
import io.flinklm.net.NetConfig;
import io.flinklm.train.Schedule.Cosine;
import io.flinklm.train.Schedule.Momenta;
import io.flinklm.train.Schedule.OneCycle;
import io.flinklm.train.Schedule.WarmUp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HyperparametersTest {
  private static final Fit LMMODEL7 = Fit.of("lmmodel7");
  private static final Hyperparameters ALL =
      new Hyperparameters(
          0.5, ScheduleKind.COSINE, 7L, 0.9, 0.25, 0.75, 3.0, 4.0, 0.1, 0.2, 0.3, 0.4, 0.6, 12);

  @ParameterizedTest
  @MethodSource("io.flinklm.train.Fit#models")
  void whereNothingIsChosenAllIsOfTheFit(String model) {
    Fit fit = Fit.of(model);

    assertThat(OF_FIT.appliedTo(fit)).isEqualTo(fit);
    assertThat(OF_FIT.net(fit, 30, 8, fit.layers()))
        .isEqualTo(new NetConfig(model, 30, 8, fit.layers(), fit.dropout()));
    assertThat(OF_FIT.schedule(fit, 98)).isEqualTo(fit.oneCycle(98));
    assertThat(OF_FIT.schedule(fit, 0)).isEqualTo(fit.continuous());
  }

  @Test
  void whatIsChosenIsTaken() {
    Fit fit = ALL.appliedTo(LMMODEL7);

    assertThat(fit.learningRate()).isEqualTo(0.5);
    assertThat(fit.momenta()).isEqualTo(new Momenta(0.9, 0.9, 0.9));
    assertThat(fit.weightDecay()).isEqualTo(0.25);
    assertThat(fit.clip()).isEqualTo(0.75);
    assertThat(fit.regularizer()).isEqualTo(new Regularizer(3, 4));
    assertThat(fit.epochs()).isEqualTo(15);
    assertThat(ALL.net(Fit.of("lmmodel6"), 30, 8, 2))
        .isEqualTo(
            new NetConfig("lmmodel6", 30, 8, 2, 0.1, 12, new AwdDropout(0.2, 0.3, 0.4, 0.6)));
    assertThat(ALL.schedule(LMMODEL7, 100))
        .isEqualTo(new Cosine(100, 7, 0.5, new Momenta(0.9, 0.9, 0.9)));
  }

  @Test
  void theDropoutOfTheOutputLeavesTheOthersOfAnAwdLstmAsTheyAre() {
    Fit fit = Fit.of("awd-lstm");
    Hyperparameters chosen = chosen(json -> json.put("dropout", 0.1));

    assertThat(chosen.net(fit, 30, 8, 2).dropout()).isEqualTo(0.1);
    assertThat(chosen.net(fit, 30, 8, 2).awdDropout())
        .isEqualTo(OF_FIT.net(fit, 30, 8, 2).awdDropout());
  }

  @Test
  void aScheduleIsThatOfItsName() {
    Momenta momenta = LMMODEL7.momenta();

    assertThat(scheduled("one-cycle", null, 100)).isEqualTo(new OneCycle(100, 0.01, momenta));
    assertThat(scheduled("one-cycle", 10L, 100)).isEqualTo(new OneCycle(100, 0.1f, 0.01, momenta));
    assertThat(scheduled("cosine", null, 100)).isEqualTo(new Cosine(100, 25, 0.01, momenta));
    assertThat(scheduled("cosine", null, 4_000)).isEqualTo(new Cosine(4_000, 200, 0.01, momenta));
    assertThat(scheduled("constant", null, 100)).isEqualTo(new WarmUp(25, 0.003, momenta));
    assertThat(scheduled("constant", 3L, 0)).isEqualTo(new WarmUp(3, 0.003, momenta));
    assertThat(chosen(json -> json.put("learning_rate", 0.02)).schedule(LMMODEL7, 0))
        .isEqualTo(new WarmUp(200, 0.02, momenta));
  }

  @Test
  void aScheduleThatARunCannotHaveIsRefused() {
    assertThatThrownBy(() -> scheduled("one-cycle", null, 0))
        .isInstanceOf(UserMistake.class)
        .hasMessage(
            "--schedule one-cycle falls towards the last step, and a stream without end has none;"
                + " --schedule constant is for it");
    assertThatThrownBy(() -> scheduled("cosine", 100L, 100))
        .isInstanceOf(UserMistake.class)
        .hasMessage("--warm-up must be less than the 100 steps of the run, not 100");
    assertThatThrownBy(() -> ScheduleKind.of("triangle"))
        .isInstanceOf(UserMistake.class)
        .hasMessage("--schedule is one of one-cycle, constant, cosine, not 'triangle'");
  }

  @Test
  void theyGoThroughJson() throws Exception {
    for (Hyperparameters some : new Hyperparameters[] {OF_FIT, ALL}) {
      byte[] json = Json.bytes(some);
      assertThat(Json.TOLERANT.readValue(json, Hyperparameters.class)).isEqualTo(some);
    }
    assertThat(Json.line(ALL)).contains("\"schedule\":\"cosine\"", "\"dropout_input\":0.3");
  }

  @Test
  void whatIsChosenLaterGoesBeforeWhatWasChosenBefore() {
    Hyperparameters later = chosen(json -> json.put("learning_rate", 0.25));

    assertThat(later.or(ALL).learningRate()).isEqualTo(0.25);
    assertThat(later.or(ALL).schedule()).isEqualTo(ScheduleKind.COSINE);
    assertThat(later.or(OF_FIT)).isEqualTo(later);
    assertThat(OF_FIT.or(ALL)).isEqualTo(ALL);
  }

  @Test
  void aTrainingHasThoseThatItsModelHas() {
    Fit fit = Fit.of("lmmodel4");
    Hyperparameters of = Hyperparameters.of(config(fit, OF_FIT));

    assertThat(of.learningRate()).isEqualTo(3e-3);
    assertThat(of.schedule()).isEqualTo(ScheduleKind.ONE_CYCLE);
    assertThat(of.warmUp()).isEqualTo(25);
    assertThat(of.momentum()).as("not the same in every step").isNull();
    assertThat(of.dropout()).isNull();
    assertThat(of.ar()).isNull();
    assertThat(of.embedding()).isNull();
    assertThat(Hyperparameters.of(config(Fit.of("lmmodel6"), ALL)))
        .isEqualTo(
            new Hyperparameters(
                0.5,
                ScheduleKind.COSINE,
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
                12));
    assertThat(Hyperparameters.of(config(Fit.of("awd-lstm"), OF_FIT)).dropoutHidden())
        .isEqualTo(0.05);
  }

  private static TrainingConfig config(Fit fit, Hyperparameters chosen) {
    return TrainingConfig.of(
        chosen.appliedTo(fit),
        chosen.net(fit, 30, 8, fit.layers()),
        2,
        fit.bptt(),
        0,
        chosen.schedule(fit, 100),
        Cell.ENGINE);
  }

  private static Schedule scheduled(String kind, Long warmUp, long steps) {
    return chosen(json -> json.put("schedule", kind).put("warm_up", warmUp))
        .schedule(LMMODEL7, steps);
  }

  private interface Choice {
    JsonNode in(ObjectNode json);
  }

  private static Hyperparameters chosen(Choice choice) {
    ObjectNode json = Json.TOLERANT.valueToTree(OF_FIT);
    choice.in(json);
    return Json.TOLERANT.convertValue(json, Hyperparameters.class);
  }
}
