package io.flinklm.job.models;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.flinklm.json.Json;
import io.flinklm.net.MachineKind;
import io.flinklm.train.Hyperparameters;
import io.flinklm.train.Report;
import io.flinklm.train.ReportJson;
import io.flinklm.train.TrainingConfig;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a person wants to know of exported weights: the file {@value #FILE} beside them.
 *
 * @param step after which the weights were taken
 * @param epoch of the text that was under way then
 * @param weightsSha256 over the values of all parameters
 * @param offsets of the next record of the topic {@code text} then, by partition
 * @param machine the kind of machine that trained them
 * @param hyperparameters by which it learned then, those that its model has
 * @param metrics the report of that moment, as in the topic {@code metrics}, without the machine
 */
record ModelCard(
    long step,
    int epoch,
    String weightsSha256,
    Map<Integer, Long> offsets,
    MachineKind machine,
    @JsonInclude(content = JsonInclude.Include.NON_NULL) Map<String, Object> hyperparameters,
    JsonNode metrics) {
  static final String FILE = "card.json";
  private static final TypeReference<Map<String, Object>> NAMES_AND_VALUES =
      new TypeReference<>() {};

  static ModelCard of(TrainedModel model, TrainingConfig config) {
    Report.Standing report = model.report();
    return new ModelCard(
        model.step(),
        report.epoch(),
        model.sha256(),
        new TreeMap<>(model.offsets()),
        report.machine(),
        Json.TOLERANT.convertValue(Hyperparameters.of(config), NAMES_AND_VALUES),
        ReportJson.toTree(report).without("machine"));
  }

  byte[] toBytes() {
    return Json.indented(this);
  }
}
