package io.flinklm.job.models;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.flinklm.json.Json;
import java.io.IOException;

/**
 * The last file of an exported model, {@value #FILE}: a model that has one is whole. It says which
 * training the model is of and when it was put in place, which no number of a step can say, since a
 * new training begins at step 1 again.
 *
 * @param lineage of the training, the same through all its restarts
 * @param commit numbers the models of a directory in the order in which they were put in place
 * @param step of the weights
 * @param validLoss of these very weights on the validation text; null if they were not evaluated
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ModelManifest(String lineage, long commit, long step, Double validLoss) {
  static final String FILE = "manifest.json";

  static ModelManifest of(Aside model, long commit) {
    return new ModelManifest(
        model.lineage().name(),
        commit,
        model.step(),
        Double.isFinite(model.validLoss()) ? model.validLoss() : null);
  }

  /** Of a model from before there were manifests: older than all that have one. */
  static ModelManifest before(long step) {
    return new ModelManifest(Lineage.NONE.name(), 0, step, null);
  }

  /** The same, with another's loss where this one has none: of the same weights it is the same. */
  ModelManifest orLossOf(ModelManifest other) {
    return validLoss == null ? new ModelManifest(lineage, commit, step, other.validLoss) : this;
  }

  boolean isOf(Lineage training) {
    return lineage.equals(training.name());
  }

  byte[] toBytes() {
    return Json.indented(this);
  }

  static ModelManifest read(byte[] bytes) throws IOException {
    return Json.TOLERANT.readValue(bytes, ModelManifest.class);
  }
}
