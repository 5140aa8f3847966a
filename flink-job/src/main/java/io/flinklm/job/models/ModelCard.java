package io.flinklm.job.models;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinklm.json.Json;
import io.flinklm.net.MachineKind;
import io.flinklm.train.Report;
import io.flinklm.train.ReportJson;
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
 * @param metrics the report of that moment, as in the topic {@code metrics}, without the machine
 */
record ModelCard(
    long step,
    int epoch,
    String weightsSha256,
    Map<Integer, Long> offsets,
    MachineKind machine,
    JsonNode metrics) {
  static final String FILE = "card.json";

  static ModelCard of(TrainedModel model) {
    Report.Standing report = model.report();
    return new ModelCard(
        model.step(),
        report.epoch(),
        model.sha256(),
        new TreeMap<>(model.offsets()),
        report.machine(),
        ReportJson.toTree(report).without("machine"));
  }

  byte[] toBytes() {
    return Json.indented(this);
  }
}
