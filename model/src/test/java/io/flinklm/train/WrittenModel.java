package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.djl.ndarray.NDManager;
import io.flinklm.UserMistake;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.NetConfig;
import io.flinklm.saved.ModelConfig;
import io.flinklm.saved.SavedModel;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.WordTokenizer;
import io.flinklm.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A small model in a directory, to be damaged there.
 *
 * @param directory with its files
 * @param weights that were written
 */
public record WrittenModel(Path directory, Weights weights) {
  public static final NetConfig NET = new NetConfig("lmmodel7", 5, 4, 1, 0.4);
  public static final Tokenizer VOCABULARY =
      WordTokenizer.of(List.of("one", ".", "two", "three", "four"));

  public static WrittenModel in(Path directory, NDManager manager) throws IOException {
    Weights weights = Weights.initial(LanguageModels.of(NET), 1, manager);
    ModelConfig config =
        new ModelConfig(
            NET,
            16,
            64,
            1,
            Replication.NONE,
            1,
            7,
            weights.sha256(),
            "words",
            VOCABULARY.fingerprint());
    SavedModel.write(directory, config, VOCABULARY, weights.toSafetensors());
    return new WrittenModel(directory, weights);
  }

  public byte[] safetensors() throws IOException {
    return Files.readAllBytes(directory.resolve(SavedModel.WEIGHTS));
  }

  public void overwrite(byte[] safetensors) throws IOException {
    Files.write(directory.resolve(SavedModel.WEIGHTS), safetensors);
  }

  /** Changes what stands in a text file, which has to be there. */
  public void replace(String file, String from, String to) throws IOException {
    String text = Files.readString(directory.resolve(file));
    assertThat(text).contains(from);
    Files.writeString(directory.resolve(file), text.replace(from, to));
  }

  /** What is said when it is refused; nothing of it may stay behind. */
  public String refusal() {
    try (NDManager empty = weights.parameters().get("h_o.bias").getManager().newSubManager()) {
      UserMistake refusal =
          catchThrowableOfType(UserMistake.class, () -> SavedModel.read(directory, empty));
      assertThat(refusal).as("refusal").isNotNull();
      assertThat(refusal.getMessage()).hasLineCount(1);
      assertThat(empty.getManagedArrays()).isEmpty();
      return refusal.getMessage();
    }
  }
}
