package io.flinklm.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lines of JSON that topics and files hold already: they are read, and written the same. */
class ReportLinesTest {
  private static final SmallRun RUN = SmallRun.of(0);
  private static final List<String> NUMBERS =
      List.of(
          "kind",
          "model",
          "step",
          "epoch",
          "split",
          "index",
          "lanes",
          "loss",
          "accuracy",
          "train_loss",
          "prequential_loss",
          "prequential_accuracy",
          "learning_rate",
          "gradient_norm",
          "tokens_trained",
          "tokens_scored",
          "tokens_refused",
          "bits_per_byte",
          "train_bits_per_byte",
          "prequential_bits_per_byte",
          "bytes_trained",
          "bytes_scored",
          "bytes_refused",
          "seconds");

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        {"kind":"step","model":"lmmodel7","step":735,"epoch":14,"split":"train","index":48,\
        "lanes":64,"loss":0.30000000000000004,"accuracy":0.89,"train_loss":1.5000000000000002,\
        "prequential_loss":null,"prequential_accuracy":null,"learning_rate":1.0E-9,\
        "gradient_norm":0.5,"tokens_trained":752640,"tokens_scored":172032,\
        "tokens_refused":{"gap":3,"tail":9},"seconds":8.25,"lineage":"c0ffee"}""",
        """
        {"kind":"step","model":"m","step":7000000000,"epoch":0,"split":"valid","index":0,\
        "lanes":1,"loss":null,"accuracy":0.0,"train_loss":null,"prequential_loss":2.5,\
        "prequential_accuracy":0.125,"learning_rate":0.0,"gradient_norm":null,\
        "tokens_trained":0,"tokens_scored":1,"tokens_refused":{},"seconds":0.0}""",
        """
        {"kind":"segment","model":"lmmodel7","step":735,"epoch":14,"split":"valid","index":12,\
        "lanes":64,"loss":0.625,"accuracy":0.879,"train_loss":1.0421,"prequential_loss":null,\
        "prequential_accuracy":null,"learning_rate":1.0E-7,"gradient_norm":0.5,\
        "tokens_trained":752640,"tokens_scored":184320,"tokens_refused":{"tail":1000},\
        "seconds":8.5,"lineage":"c0ffee"}""",
        """
        {"kind":"end","model":"lmmodel7","step":735,"epoch":14,"split":"valid","index":12,\
        "lanes":64,"loss":0.625,"accuracy":0.879,"train_loss":1.0421,"prequential_loss":null,\
        "prequential_accuracy":null,"learning_rate":1.0E-7,"gradient_norm":0.5,\
        "tokens_trained":752640,"tokens_scored":184320,"tokens_refused":{"tail":1000},\
        "seconds":8.5,"weights_sha256":"4f0c","hidden_states_sha256":"51a7",\
        "machine":{"processor":"a processor (family 26, model 2)","instruction_set":"AVX512",\
        "engine":"PyTorch 2.7.1 cpu"},"lineage":"c0ffee"}""",
        """
        {"kind":"end","model":"lmmodel7","step":735,"epoch":14,"split":"valid","index":12,\
        "lanes":64,"loss":0.625,"accuracy":0.879,"train_loss":1.0421,"prequential_loss":null,\
        "prequential_accuracy":null,"learning_rate":1.0E-7,"gradient_norm":0.5,\
        "tokens_trained":752640,"tokens_scored":184320,"tokens_refused":{"tail":1000},\
        "seconds":8.5,"weights_sha256":"4f0c","hidden_states_sha256":"51a7"}""",
        """
        {"kind":"model","model":"lmmodel7","step":40,"epoch":0,"split":"train","index":40,\
        "lanes":64,"loss":null,"accuracy":null,"train_loss":2.5,"prequential_loss":2.75,\
        "prequential_accuracy":0.25,"learning_rate":0.01,"gradient_norm":0.5,\
        "tokens_trained":40960,"tokens_scored":0,"tokens_refused":{},"seconds":1.5,\
        "weights_sha256":"4f0c","machine":{"processor":"p","instruction_set":"AVX2",\
        "engine":"PyTorch 2.7.1 cpu"}}""",
        """
        {"kind":"model","model":"lmmodel7","step":40,"epoch":0,"split":"train","index":40,\
        "lanes":64,"loss":null,"accuracy":null,"train_loss":2.5,"prequential_loss":2.75,\
        "prequential_accuracy":0.25,"learning_rate":0.01,"gradient_norm":0.5,\
        "tokens_trained":40960,"tokens_scored":0,"tokens_refused":{},"seconds":1.5,\
        "weights_sha256":"4f0c"}""",
        """
        {"kind":"step","model":"m","step":7,"epoch":0,"split":"train","index":6,"lanes":64,\
        "loss":0.30000000000000004,"accuracy":0.89,"train_loss":1.5,"prequential_loss":null,\
        "prequential_accuracy":null,"learning_rate":1.0E-9,"gradient_norm":0.5,\
        "tokens_trained":752640,"tokens_scored":0,"tokens_refused":{"gap":3},\
        "bits_per_byte":2.0000000000000004,"train_bits_per_byte":2.5,\
        "prequential_bits_per_byte":null,"bytes_trained":4000000,"bytes_scored":0,\
        "bytes_refused":{"gap":17,"no_token":2},"seconds":8.25}""",
        """
        {"kind":"end","model":"m","step":7,"epoch":0,"split":"train","index":6,"lanes":64,\
        "loss":null,"accuracy":null,"train_loss":1.5,"prequential_loss":1.25,\
        "prequential_accuracy":0.5,"learning_rate":1.0E-9,"gradient_norm":0.5,\
        "tokens_trained":752640,"tokens_scored":0,"tokens_refused":{},\
        "bits_per_byte":null,"train_bits_per_byte":2.5,"prequential_bits_per_byte":2.25,\
        "bytes_trained":4000000,"bytes_scored":0,"bytes_refused":{},\
        "code_length":{"of_bytes":4000000,"bytes":1125000.125},"seconds":8.25,\
        "weights_sha256":"4f0c","hidden_states_sha256":"51a7"}""",
      })
  void areWrittenAsTheyWereRead(String line) {
    Report report = ReportJson.parse(line.getBytes(UTF_8));

    assertThat(ReportJson.toLine(report)).isEqualTo(line);
    assertThat(ReportJson.toBytes(report)).isEqualTo(line.getBytes(UTF_8));
    assertThat(ReportJson.toTree(report)).hasToString(line);
  }

  @Test
  void eachKindHasItsFieldsInTheirOrder() throws IOException {
    List<Report> reports = new ArrayList<>();
    try (Trainer trainer = RUN.trainer(reports::add)) {
      RUN.feed(trainer, 0, 1);
      trainer.finish();
      reports.add(trainer.standing("4f0c"));
    }

    assertThat(reports.stream().map(ReportLinesTest::fields))
        .containsExactly(
            NUMBERS,
            NUMBERS,
            and("weights_sha256", "hidden_states_sha256", "machine"),
            and("weights_sha256", "machine"));
    assertThat(reports.stream().map(ReportJson::toTree).map(tree -> tree.get("kind").asText()))
        .containsExactly("step", "segment", "end", "model");
    assertThat(fields(reports.get(0).of("c0ffee"))).isEqualTo(and("lineage"));
  }

  private static List<String> and(String... others) {
    List<String> all = new ArrayList<>(NUMBERS);
    all.addAll(List.of(others));
    return all;
  }

  private static List<String> fields(Report report) {
    List<String> names = new ArrayList<>();
    JsonNode tree = ReportJson.toTree(report);
    tree.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
