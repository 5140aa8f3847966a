package io.flinklm.saved;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinklm.engine.PyTorch;
import io.flinklm.json.Json;
import io.flinklm.net.AwdDropout;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.NetConfig;
import io.flinklm.train.Exchange;
import io.flinklm.train.Replication;
import io.flinklm.train.WrittenModel;
import io.flinklm.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SavedModelTest {
  private static final String CONFIG = SavedModel.CONFIG;

  @TempDir private Path directory;
  private final NDManager manager = PyTorch.newManager(Device.cpu());
  private WrittenModel written;

  @BeforeEach
  void write() throws IOException {
    written = WrittenModel.in(directory, manager);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void whatWasWrittenIsRead() {
    SavedModel saved = SavedModel.read(directory, manager);

    assertThat(saved.config().net()).isEqualTo(WrittenModel.NET);
    assertThat(saved.config().step()).isEqualTo(7);
    assertThat(saved.config().weightsSha256()).isEqualTo(written.weights().sha256());
    assertThat(saved.tokenizer().fingerprint()).isEqualTo(WrittenModel.VOCABULARY.fingerprint());
    assertThat(saved.parameters().keySet())
        .containsExactlyElementsOf(written.weights().parameters().keySet());
    written
        .weights()
        .parameters()
        .forEach(
            (name, value) -> {
              assertThat(saved.parameters().get(name).getShape()).isEqualTo(value.getShape());
              assertThat(saved.parameters().get(name).toFloatArray())
                  .isEqualTo(value.toFloatArray());
            });
  }

  @Test
  void aConfigurationOfBeforeEmbeddingsHadAWidthOfTheirOwnIsRead() throws IOException {
    written.replace(CONFIG, ",\n    \"embedding\" : 4", "");

    assertThat(SavedModel.read(directory, manager).config().net()).isEqualTo(WrittenModel.NET);
  }

  @Test
  void replicasAreKeptWhereThereAreSeveral() throws IOException {
    assertThat(Files.readString(directory.resolve(CONFIG)))
        .doesNotContain("replica", "round", "exchange");

    Replication replication = new Replication(4, 7, Exchange.WEIGHTS);
    String sha256 = written.weights().sha256();
    String fingerprint = WrittenModel.VOCABULARY.fingerprint();
    ModelConfig config =
        new ModelConfig(
            WrittenModel.NET, 16, 64, 1, replication, 1, 7, sha256, "words", fingerprint);
    SavedModel.write(directory, config, WrittenModel.VOCABULARY, written.weights().toSafetensors());

    assertThat(SavedModel.read(directory, manager).config()).isEqualTo(config);
    assertThat(Files.readString(directory.resolve(CONFIG)))
        .contains("\"replicas\" : 4", "\"round\" : 7", "\"exchange\" : \"weights\"")
        .doesNotContain("replication");
    written.replace(CONFIG, "\"exchange\" : \"weights\"", "\"exchange\" : \"hope\"");
    assertThat(written.refusal()).contains("does not describe a model", "exchange");
  }

  @Test
  void theDropoutsOfAnAwdLstmAreKeptAndThoseOfBeforeAreTheUsualOnes() throws IOException {
    NetConfig net = new NetConfig("awd-lstm", 5, 4, 1, 0.4, 4, new AwdDropout(0.1, 0.2, 0.3, 0.5));
    Weights weights = Weights.initial(LanguageModels.of(net), 1, manager);
    String fingerprint = WrittenModel.VOCABULARY.fingerprint();
    ModelConfig config =
        new ModelConfig(
            net, 16, 64, 1, Replication.NONE, 1, 7, weights.sha256(), "words", fingerprint);
    SavedModel.write(directory, config, WrittenModel.VOCABULARY, weights.toSafetensors());
    assertThat(SavedModel.read(directory, manager).config()).isEqualTo(config);

    Path file = directory.resolve(CONFIG);
    ObjectNode before = Json.object(Files.readAllBytes(file));
    before.withObject("/net").remove(List.of("embedding", "awd_dropout"));
    Files.write(file, Json.bytes(before));
    assertThat(SavedModel.read(directory, manager).config().net())
        .isEqualTo(new NetConfig("awd-lstm", 5, 4, 1, 0.4));
  }

  @ParameterizedTest
  @ValueSource(strings = {SavedModel.WEIGHTS, SavedModel.CONFIG, SavedModel.VOCABULARY})
  void aMissingFileIsNamed(String file) throws IOException {
    Files.delete(directory.resolve(file));

    assertThat(written.refusal())
        .isEqualTo("there is no model in " + directory + ": expected " + file);
  }

  @Test
  void aDirectoryThatIsNotThereIsNamed() {
    Path nowhere = directory.resolve("nowhere");

    assertThat(new WrittenModel(nowhere, written.weights()).refusal())
        .startsWith(
            "there is no model in " + nowhere + ": expected model.safetensors, config.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "3", "[]", "not JSON", "{", "{} {}"})
  void aConfigurationThatIsNoJsonObjectIsRefused(String json) throws IOException {
    Files.writeString(directory.resolve(CONFIG), json);

    assertThat(written.refusal())
        .isEqualTo(
            directory.resolve(CONFIG)
                + " does not describe a model: it is not a JSON object, see line 1");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "net          | \"net\"         | \"not\"",
        "net.hidden   | \"hidden\"      | \"width\"",
        "net.hidden   | \"hidden\" : 4  | \"hidden\" : \"4\"",
        "net.hidden   | \"hidden\" : 4  | \"hidden\" : 4.5",
        "net.hidden   | \"hidden\" : 4  | \"hidden\" : null",
        "net.hidden   | \"hidden\" : 4  | \"hidden\" : 4000000000",
        "net.model    | \"lmmodel7\"    | null",
        "step         | \"step\" : 7,   | ``",
        "weights_sha256 | \"weights_sha256\" | \"sha256\"",
        "epochs       | \"step\" : 7,   | \"step\" : 7, \"epochs\" : 2,",
      })
  void aFieldThatIsMissingUnknownOrOfAnotherKindIsNamed(String field, String from, String to)
      throws IOException {
    written.replace(CONFIG, from, to);

    assertThat(written.refusal())
        .isEqualTo(
            directory.resolve(CONFIG)
                + " does not describe a model: its field '"
                + field
                + "' is missing, unknown or of another kind");
  }

  @Test
  void aNetThatCannotBeIsRefused() throws IOException {
    written.replace(CONFIG, "\"layers\" : 1", "\"layers\" : 0");

    assertThat(written.refusal())
        .contains("expected vocabulary, hidden and layers of 1 or more")
        .endsWith("found 5, 4, 0, 0.4");
  }

  @Test
  void aModelThatThereIsNotIsRefused() throws IOException {
    written.replace(CONFIG, "lmmodel7", "lmmodel8");

    assertThat(written.refusal())
        .startsWith(directory.resolve(CONFIG) + ": there is no model 'lmmodel8'; expected one of")
        .contains("lmmodel1, lmmodel2", "awd-lstm");
  }

  @Test
  void anotherVocabularyIsRefused() throws IOException {
    String expected = WrittenModel.VOCABULARY.fingerprint();
    written.replace(SavedModel.VOCABULARY, "three", "five");

    assertThat(written.refusal())
        .startsWith(
            directory.resolve(SavedModel.VOCABULARY)
                + " is not the vocabulary that the model was trained on: expected words, 5 tokens with"
                + " the fingerprint "
                + expected
                + ", found words, 5 tokens with the fingerprint ");
  }

  @Test
  void aVocabularyOfAnotherSizeThanTheNetsIsRefused() throws IOException {
    written.replace(CONFIG, "\"vocabulary\" : 5", "\"vocabulary\" : 6");

    assertThat(written.refusal())
        .contains("expected words, 6 tokens with the", "found words, 5 tokens with the");
  }
}
