package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.flinklm.Blob;
import io.flinklm.Blob.RefusedException;
import io.flinklm.lane.HiddenState;
import io.flinklm.net.AwdDropout;
import io.flinklm.net.NetConfig;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a trainer does not take up, and how it says so. */
class RefusedStateTest {
  private static final int NEWEST = TrainingStateTest.NEWEST;
  private static final int HEADER = 16;

  @Test
  void anUnknownVersionIsRefused() {
    byte[] newer = Blob.write("TRAN", NEWEST + 1, out -> out.writeUTF("from the future"));

    assertRefused(newer)
        .hasMessage(
            "TRAN: format version "
                + (NEWEST + 1)
                + " is unknown; this build reads 1 to "
                + NEWEST);
  }

  @Test
  void anotherKindIsRefused() {
    assertRefused(Blob.write("LANE", 1, out -> out.writeInt(0)))
        .hasMessage("expected state of kind TRAN, found kind LANE");
  }

  @Test
  void everyFlippedBitIsRefused() throws IOException {
    byte[] kept = KeptTraining.snapshot(NEWEST);
    for (int bit = 0; bit < kept.length * Byte.SIZE; bit++) {
      byte[] flipped = kept.clone();
      flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      assertThat(catchThrowable(() -> restore(flipped, Map.of())))
          .as("bit %d of %d flipped", bit, kept.length * Byte.SIZE)
          .isInstanceOf(RefusedException.class)
          .hasMessageMatching(
              bit < 4 * Byte.SIZE
                  ? "expected state of kind TRAN, found kind .*"
                  : "TRAN: .* bytes were written, .* are here|TRAN: the checksum .*");
    }
  }

  @Test
  void everyCutIsRefused() throws IOException {
    byte[] kept = KeptTraining.snapshot(NEWEST);
    for (int length = 0; length < kept.length; length++) {
      byte[] cut = Arrays.copyOf(kept, length);
      assertThat(catchThrowable(() -> restore(cut, Map.of())))
          .isInstanceOf(RefusedException.class)
          .hasMessage(
              length < HEADER
                  ? "TRAN: " + length + " bytes are too few for a header of 16"
                  : "TRAN: %d bytes were written, %d are here"
                      .formatted(kept.length - HEADER, length - HEADER));
    }
  }

  static Stream<TrainingConfig> others() {
    return Stream.of(
        KeptTraining.config(new NetConfig("gru", 3, 2, 2, 0.4), 2, 3, 5),
        KeptTraining.config(new NetConfig("lmmodel7", 4, 2, 2, 0.4), 2, 3, 5),
        KeptTraining.config(new NetConfig("lmmodel7", 3, 4, 2, 0.4), 2, 3, 5),
        KeptTraining.config(new NetConfig("lmmodel7", 3, 2, 1, 0.4), 2, 3, 5),
        KeptTraining.config(new NetConfig("lmmodel7", 3, 2, 2, 0.5), 2, 3, 5),
        KeptTraining.config(new NetConfig("lmmodel6", 3, 2, 2, 0.4), 2, 3, 5),
        KeptTraining.config(KeptTraining.CONFIG.net(), 3, 3, 5),
        KeptTraining.config(KeptTraining.CONFIG.net(), 2, 4, 5),
        KeptTraining.config(KeptTraining.CONFIG.net(), 2, 3, 6),
        KeptTraining.CONFIG.withShards(2));
  }

  @ParameterizedTest
  @MethodSource("others")
  void theStateOfAnotherConfigurationIsRefused(TrainingConfig other) throws IOException {
    byte[] kept = KeptTraining.snapshot(NEWEST);
    assertThatThrownBy(() -> restore(other, KeptTraining.VOCABULARY, kept, Map.of()))
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "the training state is of another configuration: expected "
                + words(other)
                + ", found lmmodel7 with vocabulary 3, hidden 2, layers 2, dropout 0.4, lanes 2,"
                + " bptt 3, seed 5");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void soItIsOfAnOldBuildThatWroteItAsOneText(int version) throws IOException {
    TrainingConfig other = KeptTraining.config(new NetConfig("gru", 3, 2, 2, 0.4), 2, 3, 5);
    byte[] kept = KeptTraining.snapshot(version);
    assertThatThrownBy(() -> restore(other, KeptTraining.VOCABULARY, kept, Map.of()))
        .isInstanceOf(RefusedException.class)
        .hasMessageEndingWith(
            "expected "
                + words(other)
                + ", found lmmodel7 with vocabulary 3, hidden 2, layers 2, dropout 0.4, lanes 2,"
                + " bptt 3, seed 5");
  }

  @Test
  void theStateOfAnotherEmbeddingIsRefused() {
    AwdDropout none = AwdDropout.usual("lmmodel6", 0);
    TrainingConfig narrow =
        KeptTraining.config(new NetConfig("lmmodel6", 3, 2, 2, 0.4, 1, none), 2, 3, 5);
    TrainingConfig usual = KeptTraining.config(new NetConfig("lmmodel6", 3, 2, 2, 0.4), 2, 3, 5);

    assertRefused(narrow, usual).hasMessageEndingWith("seed 5, embedding 1, " + none);
  }

  @Test
  void theStateOfAnotherDropoutOfAnAwdLstmIsRefused() {
    NetConfig net = new NetConfig("awd-lstm", 3, 2, 2, 0.4);
    AwdDropout other = new AwdDropout(0, 0.005, 0.01, 0.05);
    NetConfig fewer = new NetConfig("awd-lstm", 3, 2, 2, 0.4, 2, other);

    assertRefused(KeptTraining.config(fewer, 2, 3, 5), KeptTraining.config(net, 2, 3, 5))
        .hasMessageEndingWith("seed 5, embedding 2, " + other);
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      TrainingConfig of, TrainingConfig by) {
    String vocabulary = KeptTraining.VOCABULARY;
    try (Trainer trainer = KeptTraining.trainer(of, vocabulary, report -> {})) {
      byte[] snapshot = trainer.snapshot();
      restore(of, vocabulary, snapshot, Map.of());
      return assertThatThrownBy(() -> restore(by, vocabulary, snapshot, Map.of()))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("another configuration");
    }
  }

  private static String words(TrainingConfig config) {
    NetConfig net = config.net();
    return "%s with vocabulary %d, hidden %d, layers %d, dropout %s, lanes %d, bptt %d, seed %d"
            .formatted(
                net.model(),
                net.vocabulary(),
                net.hidden(),
                net.layers(),
                net.dropout(),
                config.laneCount(),
                config.bptt(),
                config.seed())
        + (config.shards() == 1 ? "" : ", shards " + config.shards());
  }

  @Test
  void theStateOfAnotherVocabularyIsRefused() throws IOException {
    byte[] kept = KeptTraining.snapshot(NEWEST);
    assertThatThrownBy(() -> restore(KeptTraining.CONFIG, "another", kept, Map.of()))
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "the training state is of another vocabulary (fingerprint): expected another,"
                + " found fingerprint of the kept training");
  }

  @Test
  void hiddenStatesOfAnotherShapeAreRefused() throws IOException {
    byte[] kept = KeptTraining.snapshot(NEWEST);
    HiddenState ofAGru = new HiddenState(List.of(new float[4]));
    HiddenState wider = new HiddenState(List.of(new float[4], new float[6]));
    assertThatThrownBy(() -> restore(kept, Map.of(1, ofAGru)))
        .isInstanceOf(RefusedException.class)
        .hasMessage("the hidden state of lane 1 is of another shape: expected [4, 4], found [4]");
    assertThatThrownBy(() -> restore(kept, Map.of(0, wider)))
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "the hidden state of lane 0 is of another shape: expected [4, 4], found [4, 6]");
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(byte[] blob) {
    return assertThatThrownBy(() -> restore(blob, Map.of())).isInstanceOf(RefusedException.class);
  }

  private static void restore(byte[] blob, Map<Integer, HiddenState> hiddenStates) {
    restore(KeptTraining.CONFIG, KeptTraining.VOCABULARY, blob, hiddenStates);
  }

  private static void restore(
      TrainingConfig config, String vocabulary, byte[] blob, Map<Integer, HiddenState> states) {
    Training training = KeptTraining.training(config, vocabulary, report -> {});
    Trainer.restored(training, blob, states).close();
  }
}
