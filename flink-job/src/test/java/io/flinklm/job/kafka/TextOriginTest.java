package io.flinklm.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.job.state.KeptBlob;
import org.junit.jupiter.api.Test;

/** Where text was read from, in a checkpoint and compared with where it would be read now. */
class TextOriginTest {
  private static final TextOrigin ORIGIN =
      new TextOrigin("a cluster", "a topic", "--text-field /a");

  @Test
  void anotherClusterOrTopicIsRefused() {
    assertThatThrownBy(() -> ORIGIN.requireSame(new TextOrigin("b", "a topic", ""), "text", "k:1"))
        .isInstanceOf(LostTextException.class)
        .hasMessage(
            "the Kafka at k:1 is not the cluster that text was read from before: its id is b and"
                + " was a cluster; give the address of the one before, or start a new run, with"
                + " --init-from the last model, on this one");
    assertThatThrownBy(
            () -> ORIGIN.requireSame(new TextOrigin("a cluster", "b", ""), "text", "k:1"))
        .isInstanceOf(LostTextException.class)
        .hasMessage(
            "the topic text at k:1 is not the one that was read before: its id is b and was a"
                + " topic, so it was made anew; a new run, with --init-from the last model, trains"
                + " on it");
  }

  @Test
  void recordsThatAreReadInAnotherWayAreRefused() {
    TextOrigin plain = new TextOrigin("a cluster", "a topic", "");
    assertThatThrownBy(() -> ORIGIN.requireSame(plain, "text", "k:1"))
        .isInstanceOf(LostTextException.class)
        .hasMessage(
            "the topic text was read by --text-field /a before, and now as plain text: go on as"
                + " before, or start a new run, with --init-from the last model");
  }

  @Test
  void whatAKafkaDoesNotSayIsNotCompared() {
    assertThatCode(
            () -> ORIGIN.requireSame(new TextOrigin("", "", TextOrigin.UNKNOWN), "text", "k:1"))
        .doesNotThrowAnyException();
    assertThatCode(
            () -> new TextOrigin("", "", TextOrigin.UNKNOWN).requireSame(ORIGIN, "text", "k:1"))
        .doesNotThrowAnyException();
    assertThatCode(() -> ORIGIN.requireSame(ORIGIN, "text", "k:1")).doesNotThrowAnyException();
  }

  @Test
  void aChangedFormatHasANewVersion() throws Exception {
    KeptBlob.of("from-2.blob").requireUnchanged(ORIGIN.write());
    assertThat(TextOrigin.read(KeptBlob.of("from-2.blob").bytes())).isEqualTo(ORIGIN);
    assertThat(TextOrigin.read(KeptBlob.of("from-1.blob").bytes()))
        .isEqualTo(new TextOrigin("a cluster", "a topic", TextOrigin.UNKNOWN));
  }

  @Test
  void whatIsDamagedIsRefused() throws Exception {
    KeptBlob.of("from-2.blob").requireRefusedIfDamaged(TextOrigin::read);
  }
}
