package io.flinklm.job.models;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.net.Cell;
import io.flinklm.net.NetConfig;
import io.flinklm.train.Fit;
import io.flinklm.train.Report;
import io.flinklm.train.ReportJson;
import io.flinklm.train.TrainingConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelCardTest {
  @Test
  void namesTheMachineOnceAndHasTheReportOfItsMoment() {
    Report.Standing standing =
        (Report.Standing)
            ReportJson.parse(
                """
            {"kind":"model","model":"lmmodel7","step":40,"epoch":2,"split":"train","index":40,\
            "lanes":64,"loss":null,"accuracy":null,"train_loss":2.5,"prequential_loss":2.75,\
            "prequential_accuracy":0.25,"learning_rate":0.01,"gradient_norm":0.5,\
            "tokens_trained":40960,"tokens_scored":0,"tokens_refused":{"tail":9},"seconds":1.5,\
            "weights_sha256":"4f0c","machine":{"processor":"p","instruction_set":"AVX2",\
            "engine":"PyTorch"}}"""
                    .getBytes(UTF_8));
    TrainedModel model =
        new TrainedModel(
            40, "4f0c", new byte[0], Lineage.NONE, Double.NaN, standing, Map.of(1, 9L, 0, 7L));

    Fit fit = Fit.of("lmmodel7");
    NetConfig net = new NetConfig(fit.model(), 5, 4, 1, fit.dropout());
    TrainingConfig config = TrainingConfig.of(fit, net, 64, 16, 0, fit.oneCycle(100), Cell.ENGINE);

    assertThat(new String(ModelCard.of(model, config).toBytes(), UTF_8))
        .isEqualToNormalizingNewlines(
            """
            {
              "step" : 40,
              "epoch" : 2,
              "weights_sha256" : "4f0c",
              "offsets" : {
                "0" : 7,
                "1" : 9
              },
              "machine" : {
                "processor" : "p",
                "instruction_set" : "AVX2",
                "engine" : "PyTorch"
              },
              "hyperparameters" : {
                "learning_rate" : 0.01,
                "schedule" : "one-cycle",
                "warm_up" : 25,
                "weight_decay" : 0.1,
                "clip" : 0.0,
                "ar" : 2.0,
                "tar" : 1.0,
                "dropout" : 0.4
              },
              "metrics" : {
                "kind" : "model",
                "model" : "lmmodel7",
                "step" : 40,
                "epoch" : 2,
                "split" : "train",
                "index" : 40,
                "lanes" : 64,
                "loss" : null,
                "accuracy" : null,
                "train_loss" : 2.5,
                "prequential_loss" : 2.75,
                "prequential_accuracy" : 0.25,
                "learning_rate" : 0.01,
                "gradient_norm" : 0.5,
                "tokens_trained" : 40960,
                "tokens_scored" : 0,
                "tokens_refused" : {
                  "tail" : 9
                },
                "seconds" : 1.5,
                "weights_sha256" : "4f0c"
              }
            }""");
  }
}
