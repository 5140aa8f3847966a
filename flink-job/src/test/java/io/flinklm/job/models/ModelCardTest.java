package io.flinklm.job.models;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.train.Report;
import io.flinklm.train.ReportJson;
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

    assertThat(new String(ModelCard.of(model).toBytes(), UTF_8))
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
